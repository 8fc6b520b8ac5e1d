"""Mail in and out: mailboxes that are watched over IMAP, approved letters that are sent over SMTP."""
