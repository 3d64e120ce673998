# What the directory may refuse.

## Institutions
refusal-code-malformed = “{ $code }” is not a code. Use 2 to 40 Latin letters, digits and hyphens, beginning with a letter.
refusal-code-taken = An institution stands under the code “{ $code }” already. Choose another code, or open that institution.
refusal-kind-malformed = “{ $kind }” is not a kind of institution. Use a word of the country profile, in small Latin letters and hyphens.
refusal-names-missing = Give a name in at least one language.
refusal-name-malformed = A name under “{ $language }” cannot be taken. Give the language by its code, and a name of 1 to { $most } characters.
refusal-names-unchanged = The institution bears these names already.
refusal-class-unchanged = The institution is of this kind and membership already.
refusal-roles-unfit = People of this institution hold roles that do not fit the kind “{ $kind }”: { $roles }. Withdraw these roles first, then change the kind.
refusal-institution-unknown = No institution stands under the code “{ $code }”. Register it first, or correct the code.

## People and roles
refusal-sign-in-name-malformed = A name to sign in with has 3 to 120 letters, digits or the signs . _ @ + -. Choose another one.
refusal-sign-in-name-taken = Somebody is, or was, enrolled under this name. Choose another one; names are never given twice.
refusal-email-malformed = The e-mail address cannot be right. Write it as name@example.org, or leave it empty.
refusal-role-unknown = The platform knows no role “{ $role }”. Choose one from the list.
refusal-role-unfit = The role “{ $role }” is not for people of an institution of kind “{ $kind }”. Choose one of these: { $fitting }. If the institution is of another kind, correct that first.
refusal-role-held = The person holds the role “{ $role }” already.
refusal-role-not-held = The person does not hold the role “{ $role }”.
refusal-own-role = Nobody gives a role to themselves. Ask another administrator for “{ $role }”.
refusal-person-gone = The person has left. Nothing more can be done in that name.
refusal-person-still-here = Only the data of a person who has left can be erased. Record the departure first.
refusal-person-erased = The data of this person are erased already.
refusal-basis-missing = Say on which decision the erasure rests, without naming the person.
refusal-last-administrator = Nobody else administers the platform. Name another administrator first.

## Passwords and signing in
refusal-password-too-short = The password is too short. Use at least { $least } characters; several words in a row are easy to remember.
refusal-password-too-long = The password is longer than { $most } characters. Shorten it.
refusal-password-common = This password is among the first that anybody would try. Use several words that do not belong together.
refusal-password-is-name = The password is the name to sign in with. Choose another one.
refusal-sign-in-refused = Name and password do not belong together. Check both and try again.
refusal-sign-in-too-often = Signing in was tried too often. Wait { $retry_after } seconds, then try again.
refusal-bootstrap-void = The first administrator is enrolled already. Sign in, or ask that administrator to enrol you.
refusal-bootstrap-token-wrong = This is not the token that was shown when the platform first started. Copy it again, whole.
