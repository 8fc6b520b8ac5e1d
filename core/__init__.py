"""The ERP core: what is true, and the only code that changes it. Knows no web page, no model, no prompt."""
