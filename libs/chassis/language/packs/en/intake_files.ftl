# Reading source files: why a file or a row is not read, what was mended, what to look at.

## A whole file
refusal-unreadable-source = This file cannot be read. Check that it opens on your computer, then choose it again.
refusal-empty-file = The file is empty. Choose the file that holds the recommendations and try again.
refusal-nothing-to-read = The file has the right form, but no recommendation stands in it. Check that the export was complete.
refusal-file-too-large = The file is larger than { $limit_mb } MB. Pack it with gzip (.gz), or export one State at a time.
refusal-too-many-rows = The file has more than { $limit } rows. Divide it, for example by State or by year.
refusal-too-many-columns = The sheet has more than { $limit } columns. Keep the columns of the template and delete the others.
refusal-value-too-long = Row { $row }: one value is longer than any recommendation (more than { $limit } characters or parts). Shorten it in the source file.
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
refusal-half-of-a-character = A text in the file is not Unicode: it holds half of a character (near “{ $written }”). Mend that passage, or export the file again.
refusal-nul-character = Row { $row } holds a NUL character, which no text has: the file was damaged on its way, or was not saved as text. Open it in a spreadsheet program, mend that row and save it as "CSV UTF-8", or export it again.
refusal-columns-not-recognised = The columns are not those of a known layout (found: { $columns }). Use the column names of the template or of the official export, unchanged.
refusal-state-not-named = The file does not say which State was reviewed. Name the State (--state with its three-letter code, or the field on the page).
refusal-state-differs = The file concerns { $found }, but { $asked } was named. Choose the right file, name { $found }, or allow any State (--any-state).
refusal-several-states = The file concerns several States ({ $first }, { $second } and perhaps more). Name the one to take (--state), or allow any State (--any-state).
refusal-cycle-differs = The file belongs to cycle { $found }, but cycle { $asked } was named. Leave the cycle out or name the right one.
refusal-cycle-unknown = The file belongs to cycle { $found }, which the Universal Periodic Review does not have: its cycles are 1 to { $last }. Correct the cycle in the document.
refusal-takes-too-long = Reading made no progress for { $seconds } seconds and was ended. Export the file again, or divide it.
refusal-needs-too-much-memory = Reading the file would need more than { $limit_mb } MB of memory. Divide it, for example by State, or use the JSON export.
refusal-reading-failed = The file could not be read to the end ({ $detail }). Save it again in the program that made it; if that does not help, tell the operator.
refusal-cell-too-long = In row { $row }, column “{ $column }” has more than the { $limit } characters that a cell can hold. Export as CSV instead.

## One row
refusal-empty-row = The row is empty.
refusal-not-a-record = This is not a record but a single value. Export the file again.
refusal-text-missing = The row has no text. Add the recommendation's text.
refusal-text-too-long = The text is longer than any recommendation. Check that rows were not run together.
refusal-type-missing = It is not said whether this is a recommendation or a concern, and the text leaves it open. Fill in the type.
refusal-type-unknown = “{ $written }” is neither a recommendation nor a concern. Correct the type.
refusal-state-missing = Neither the row nor its document symbol says which State is concerned. Fill in the State.
refusal-state-unknown = “{ $written }” is not the name of a State that is known here. Write its name in English or its three-letter ISO code.
refusal-other-state = The row concerns another State ({ $written }) than the one named for this import.
refusal-body-missing = The row does not say which mechanism made the recommendation. Fill in the body or the document symbol.
refusal-duplicate-id-differs = Several rows share the identifier “{ $written }” but differ, so none of them is certain. Keep the right one in the file.
refusal-outside-the-table = The row stands before the list of recommendations and belongs to no known column.
refusal-cells-missing = The row has fewer cells than the list's header. Restore its cells in the document.
refusal-value-unknown = Row { $row }, column “{ $column }”: “{ $written }” is not among the values that it takes ({ $column ->
    [cycle] the number of a cycle that the review has, such as 4
    [UprCycle] the number of a cycle that the review has, such as 4
    [document_date] a day, such as 2026-11-23
    [kind] recommendation or concern
    [language] a language’s code or name, such as ar or English
    [official] yes or no
    [position] supported, noted or pending
   *[other] as the template describes
  }). Correct it in the file.
refusal-document-date-in-future = Row { $row }, column “{ $column }”: “{ $written }” lies in the future; no document is issued on a day that has not come. Correct it in the file.

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
repair-language-recognised = Language recognised by its name or by another code of it.
repair-state-recognised = A State was recognised by its name in another language.
repair-sdg-recognised = A Sustainable Development Goal was recognised by its name.
repair-values-taken-apart = Several values that stood on one line were taken apart.

## What to look at
note-recommending-states-missing = No recommending State could be read. Add it in the file, or correct the record by hand.
note-position-unclear = The position “{ $written }” is not simply supported or noted. Record the position by hand once it is clear.
note-date-unclear = The date “{ $written }” could not be read with certainty and was left out. Write it as 2026-11-23.
note-date-in-future = The date “{ $written }” lies in the future and was left out. Check on which day the document was issued.
note-several-states = The record concerns several States ({ $written }); each has a row of its own.
note-position-missing = The position of the State under review is missing. Add it in the file, or record it by hand.
note-recommending-state-unknown = Recommending State “{ $written }” is neither the name nor the code of a State; it is kept as written. Check it, and write its name in English or its three-letter code.
note-sdg-unknown = “{ $written }” is no Sustainable Development Goal (1 to 17) and no target of one (such as 16.2); it is kept as written. Check it, and write the number.
note-cycle-not-set = Cycle “{ $written }” comes after the last one whose sessions are known here; it is taken as written. Check it.
note-cycle-unknown = “{ $written }” is no cycle of the Universal Periodic Review; it was left out. Check it.
note-cycle-and-session-differ = The session does not belong to the cycle ({ $written }); both are taken as written. Check which one is right.
note-cycle-not-of-mechanism = Cycle “{ $written }” was left out: only the Universal Periodic Review goes in cycles. Check the mechanism.
