# Titles of problems, by status.
problem-title-400 = The request cannot be read
problem-title-401 = Sign in first
problem-title-403 = Not permitted
problem-title-404 = Nothing stands here
problem-title-405 = This address does not take that kind of request
problem-title-409 = The record does not allow this now
problem-title-410 = This record was withdrawn
problem-title-412 = Somebody changed this first
problem-title-413 = Too large
problem-title-422 = Something must be mended
problem-title-429 = Too many requests
problem-title-500 = A mistake on our side
problem-title-503 = Not available just now

# What every service may refuse.
refusal-unknown = There is no such record, or it is not public.
refusal-not-found = No page stands at this address. Check the address, or start from the home page.
refusal-method-not-allowed = This address takes another method; its description lists which.
refusal-request-misunderstood = The request does not have the form that this address asks for. The list of errors says which fields to mend.
refusal-body-too-large = More was sent than this address takes (at most { $most } MB). Send a smaller file or split it.
refusal-too-many-requests = Too many requests came from your address. Wait { $retry_after } seconds, then try again.
refusal-unavailable = A part of the platform does not answer just now. Nothing was recorded; try again in a moment.
refusal-defect = Something went wrong on our side. Nothing was recorded. Try again; if it happens again, give the operator the reference shown here.
refusal-stale = Somebody changed this record while you were working on it. Load it again, compare, and send your change anew.
refusal-misunderstood = The request is not of the form asked for.
refusal-forbidden = You may not do this.
refusal-key-reused = This request carries a key that was used before for a different request. Send it again with a new key.
refusal-key-malformed = An idempotency key is 1 to 200 characters long.
refusal-version-malformed = “{ $value }” is not a version tag of this platform. Send the ETag that you were given.
refusal-date-malformed = “{ $value }” is not a date. Write it as 2026-11-23 or 2026-11-23T09:30:00Z.
refusal-date-in-future = “{ $value }” lies in the future; a fact cannot have happened after now.
refusal-sign-in-needed = This is done by people who have signed in. Sign in, then try again.
refusal-not-permitted = Your role does not allow this here. If you need it, ask the secretariat.
refusal-directory-stale = Who holds which role was last confirmed { $seconds } seconds ago, too long for a decision of this weight. Try again in a moment.
