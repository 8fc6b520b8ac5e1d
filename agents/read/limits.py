"""How much a message may ask of us. Every bound of the readers has a name here, with its reason.

What is over a bound is refused part by part and says so; nothing is cut silently.
"""

MEGABYTE = 1024 * 1024

MESSAGE_BYTES_MAX = 25 * MEGABYTE
"""A stored message or file. Mail servers commonly stop at 25 MB."""
HEADER_BYTES_MAX = 256 * 1024
"""One header block."""
PARTS_MAX = 100
"""Parts of one message that are opened, files inside archives included."""
PIECES_MAX = 1_000
"""Parts of one mail that are looked at, to be opened or refused by name; the rest is counted."""
REFUSED_PARTS_NAMED_MAX = 20
"""Parts past `PARTS_MAX` that are still listed by name; the rest is counted in one sentence."""
NESTING_MAX = 8
"""Multiparts, forwarded messages and archives inside one another."""
UNPACKED_BYTES_MAX = 50 * MEGABYTE
"""What all files of one archive may hold together. Office files are archives too."""
UNPACKED_RATIO_MAX = 100
"""Unpacked size over packed size of one archive. Business documents pack 2 to 20 times."""
UNPACKED_RATIO_FROM = MEGABYTE
"""Below this unpacked size the ratio says nothing: a small empty sheet packs very well."""
PAGES_MAX = 60
"""Pages of one PDF."""
XML_BYTES_MAX = 10 * MEGABYTE
"""One structured document. An invoice of 5,000 lines is about this long."""
XML_DEPTH_MAX = 40
"""Elements inside one another; UBL and CII need about 12."""
HTML_NODES_MAX = 200_000
"""Elements of one HTML body."""
LINES_MAX = 5_000
"""Lines of one document that are read."""
TEXT_CHARS_MAX = 1_000_000
"""Text kept of one part."""
SENTENCES_CHARS_MAX = 50_000
"""Text of one part that is read for facts and intents. People write letters of one or two thousand characters."""
SENTENCES_OF_MESSAGE_MAX = 300_000
"""The same for all parts of a message together."""
HIDDEN_TEXTS_MAX = 50
"""Hidden passages kept of one part, and how long each may be."""
HIDDEN_CHARS_MAX = 2_000
HEAD_BYTES_MAX = 16 * 1024
"""Of the letter that a report gives back, so much of its head is kept."""
NAME_CHARS_MAX = 120
"""A file's name, as kept."""
RULE_ELEMENTS_MAX = 400_000
"""Elements of an invoice that rules are still held against. One of 5,000 lines has half as many and takes two seconds."""
RULE_GROUPS_MAX = 500
"""Tax categories of such an invoice; each is held against every line. Bills have one to five."""
RULE_FINDINGS_MAX = 50
"""Broken rules of one invoice that are listed; the rest is counted."""
SEGMENTS_MAX = 200_000
"""Segments of one EDI interchange."""
EDI_BYTES_MAX = 10 * MEGABYTE
"""One EDI file. An invoice of 5,000 lines is about one megabyte."""
SEGMENT_CHARS_MAX = 100_000
"""One segment; the longest of the standards, free text, has about 2,600 characters."""
EDI_INTERCHANGES_MAX = 500
"""Interchanges in one file, one after the other."""
EDI_MESSAGES_MAX = 2_000
"""Messages or transactions in one EDI file. A day's batch of a large supplier has a few hundred."""
CLAIMS_MAX = 120_000
"""Claims of one EDI file: twenty for each of 5,000 lines, and a reader's answer stays below its bound."""

WALL_SECONDS = 20
"""One attempt at one message, measured by the parent, who then kills."""
CPU_SECONDS = 20
"""The same in processor time, held by the kernel."""
ATTEMPTS_MAX = 3
"""A part that kills the reader is left out and the rest read again, so often at most."""
ADDRESS_SPACE_BYTES = 1536 * MEGABYTE
"""Memory of a reader, held by the kernel."""
FILE_BYTES_MAX = 64 * MEGABYTE
"""Any one file that a parser writes into its own folder."""
OPEN_FILES_MAX = 64
READER_MESSAGES_MAX = 200
"""Messages one reader process reads before it is replaced, so that nothing one message left behind lasts."""
READER_START_SECONDS = 60
"""Until a new reader says it is ready. It takes about two; a loaded machine needs more."""
REPLY_BYTES_MAX = 64 * MEGABYTE
"""A reader's answer."""
READERS = 2
"""Reader processes kept warm for one desk process."""

PICTURE_PAGES_MAX = 10
"""Pages of one message that are read by picture; the rest is named. Scanned bills have one to three."""
PICTURE_SECONDS = 60
"""Processor time of one message's pictures after which no further page is begun; a page takes about three."""
PICTURE_PIXELS_MAX = 120_000_000
"""One picture as it is opened. Telephones take 12 to 50 million, a scanner 35 for A4 at 600 dots an inch."""
PICTURE_PIXELS_READ = 12_000_000
"""One picture as it is looked at: A4 at 350 dots an inch. Larger ones are made smaller first."""
PICTURE_WALL_SECONDS = 300
"""As `WALL_SECONDS`, for a reader of pictures: it runs behind everything else, on a machine that may be busy."""
PICTURE_CPU_SECONDS = 100
PICTURE_ADDRESS_SPACE_BYTES = 3 * 1024 * MEGABYTE
"""Addresses, not memory: the networks' libraries map much that they never touch."""
PICTURE_READERS = 1
"""Readers of pictures kept warm: one page at a time takes one core and half a gigabyte."""
