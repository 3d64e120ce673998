# Reading source files: why a file or a row is not read, what was mended, what to look at.

## A whole file
refusal-unreadable-source = This file cannot be read. Check that it opens on your computer, then choose it again.
refusal-empty-file = The file is empty. Choose the file that holds the recommendations and try again.
refusal-nothing-to-read = The file has the right form, but no recommendation stands in it. Check that the export was complete.
refusal-file-too-large = The file is larger than { $limit_mb } MB. Export one State at a time, or use the JSON export.
refusal-too-many-rows = The file has more than { $limit } rows. Divide it, for example by State or by year.
refusal-too-many-columns = The sheet has more than { $limit } columns. Keep the columns of the template and delete the others.
refusal-value-too-long = One value is longer than any recommendation (more than { $limit } characters or parts). Shorten it in the source file.
refusal-nested-too-deeply = Values stand inside one another more than { $limit } levels deep. Export the file again from the Universal Human Rights Index.
refusal-not-a-supported-format = This is not a file that can be read here (found: { $found }). Use OHCHR's Word list (.docx), the export of the Universal Human Rights Index (.json, .json.gz, .xlsx) or our template (.csv, .xlsx). Unpack an archive first.
refusal-wrong-type-for-name = The name "{ $name }" promises another format than the content has ({ $found }). Rename the file to end in .{ $found }, or export it again.
refusal-macros-not-allowed = The document carries macros, which are never opened here. Save it without macros (.docx or .xlsx).
refusal-formulas-not-allowed = Cell { $cell } is computed by a formula. Copy the sheet, paste it as values only, and save it again.
refusal-archive-too-large = Unpacked, the file would be larger than any real one (more than { $limit_mb } MB, or packed beyond measure). Export one State at a time.
refusal-broken-archive = The file is damaged inside. Open it in the program that made it, save it again, or download it again.
refusal-unsafe-archive = The file holds a part that no office program writes ("{ $member }"). Open it, save it as a new document and choose that.
refusal-external-entity = The file declares a document type or entities of its own, which is never followed here. Open it in an office program and save it as a new document in UTF-8.
refusal-broken-xml = A part of the document is damaged ("{ $part }"). Open it in the program that made it and save it again.
refusal-broken-json = The text is not valid JSON after record { $after_records }. Export the file again without changing it by hand.
refusal-broken-table = The sheet cannot be taken apart into cells. Open it in a spreadsheet program and save it again as .xlsx or as CSV in UTF-8.
refusal-truncated = The file ends too early. Download or copy it again and compare the size.
refusal-encrypted-file = The file is locked with a password. Save it without a password and choose it again.
refusal-wrong-encoding = The text is not in UTF-8. Save it as "CSV UTF-8" or as JSON in UTF-8.
refusal-columns-not-recognised = The columns are not those of a known layout (found: { $columns }). Use the column names of the template or of the official export, unchanged.
refusal-state-not-named = The file does not say which State was reviewed. Name the State (--state with its three-letter code, or the field on the page).
refusal-state-differs = The file concerns { $found }, but { $asked } was named. Choose the right file, name { $found }, or allow any State (--any-state).
refusal-several-states = The file concerns several States ({ $first }, { $second } and perhaps more). Name the one to take (--state), or allow any State (--any-state).
refusal-cycle-differs = The file belongs to cycle { $found }, but cycle { $asked } was named. Leave the cycle out or name the right one.
refusal-takes-too-long = Reading made no progress for { $seconds } seconds and was ended. Export the file again, or divide it.
refusal-needs-too-much-memory = Reading the file would need more than { $limit_mb } MB of memory. Divide it, for example by State, or use the JSON export.
refusal-reading-failed = The file could not be read to the end ({ $detail }). Save it again in the program that made it; if that does not help, tell the operator.
refusal-cell-too-long = The text of row { $row } is longer than the { $limit } characters that a cell can hold. Export as CSV instead.

## One row
refusal-empty-row = The row is empty.
refusal-not-a-record = This is not a record but a single value. Export the file again.
refusal-text-missing = The row has no text. Add the recommendation's text.
refusal-text-too-long = The text is longer than any recommendation. Check that rows were not run together.
refusal-type-missing = It is not said whether this is a recommendation or a concern, and the text leaves it open. Fill in the type.
refusal-type-unknown = The type is neither a recommendation nor a concern. Correct the type.
refusal-state-missing = Neither the row nor its document symbol says which State is concerned. Fill in the State.
refusal-state-unknown = The name of the State is not known. Write its name in English or its ISO code.
refusal-other-state = The row concerns another State than the one named for this import.
refusal-body-missing = The row does not say which mechanism made the recommendation. Fill in the body or the document symbol.
refusal-duplicate-id-differs = Several rows share this identifier but differ, so none of them is certain. Keep the right one in the file.
refusal-outside-the-table = The row stands before the list of recommendations and belongs to no known column.
refusal-cells-missing = The row has fewer cells than the list's header. Restore its cells in the document.
refusal-value-unknown = One value is not among those that its column takes. Correct it as the template describes.

## What was mended with certainty
repair-type-from-body = Type filled in: the Universal Periodic Review only makes recommendations.
repair-type-from-text = Type filled in from the wording of the text.
repair-state-from-symbol = State filled in from the document symbol.
repair-state-from-request = State filled in as named for this import.
repair-state-from-code = State recognised by its two-letter code.
repair-body-from-symbol = Mechanism filled in from the document symbol.
repair-body-name-unified = Another name of the same mechanism was recognised.
repair-cycle-from-session = Cycle filled in from the session.
repair-cycle-from-request = Cycle filled in as named for this import.
repair-cycle-from-layout = Cycle filled in from the layout of the list.
repair-markup-removed = Formatting marks were removed from the text.
repair-controls-removed = Invisible control or direction characters were removed from the text.
repair-broken-words-rejoined = Words broken at a line end were rejoined.
repair-duplicate-id-identical = The record stood more than once, word for word, and was taken once.
repair-recommending-states-from-text = Recommending States filled in from the end of the text.

## What to look at
note-recommending-states-missing = No recommending State could be read.
note-position-unclear = The position is missing, or not simply supported or noted.
note-date-unclear = The date could not be read with certainty.
note-several-states = The record concerns several States; each has a row of its own.
