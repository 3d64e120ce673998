# Imports: what is refused, and why a row or a record was left as it is.
refusal-preview-not-ready = The file is still being read. Wait until its preview is complete, look at it, then confirm.
refusal-register-behind = The register is still taking in what was recorded last, so it is not certain that the preview still holds. Nothing was changed. Wait a moment, then confirm again.
refusal-file-not-read = This file could not be read, so there is nothing to confirm. Mend what its preview names, then hand it in again.
refusal-other-import-running = Another import of the same State is being written or undone just now. Wait until it has ended, then confirm this one.
refusal-preview-outdated = The register has changed since you looked, so this import would do something else than was shown. The preview has been renewed; look at it, then confirm.
refusal-no-room-for-files = The disk on which the platform keeps files is full, so nothing was recorded. Whoever runs the platform must make room; then send the same again.
refusal-file-missing = No file was sent. Choose the file that holds the recommendations and send it again.
refusal-option-malformed = { $option ->
    [state] “{ $written }” is not the code of a State. Write its three letters (ISO 3166-1), such as MAR.
    [cycle] “{ $written }” is no cycle of the Universal Periodic Review. Write the number of one: 1 to { $last }.
    [any_state] “{ $written }” is neither true nor false. Write one of the two, or leave any_state out.
   *[other] An import has no option “{ $option }”. Those that it has are state, any_state and cycle.
  }
refusal-length-missing = The request does not say how long it is. Send the file whole, with its length (Content-Length).

## Why a row is not recorded
refusal-corrected-by-hand = A person corrected this record after the last import, and the file says otherwise, so the record stays as it is. Compare both: if the file is right, correct the record, with a reason; if the record is right, mend the file and hand it in again.
refusal-withdrawn-by-hand = A person withdrew this record, so it stays withdrawn. If it should stand again, reinstate it, with a reason; if not, take the row out of the file and hand it in again.
refusal-repeated-in-file = An earlier row of the file says the same at the same paragraph; it is taken once.

## Why something was left as it is
refusal-changed-since-preview = { $number } changed after the preview was shown; these fields were left as they are.
refusal-changed-again-since = { $number } was changed again after the import; these fields were left as they are.
