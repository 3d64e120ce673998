"""Passwords that are tried first, and words hardly better than none; a list of our own."""

from __future__ import annotations

from typing import Final

_WORDS = """
    password passwort passphrase passcode mypassword thepassword newpassword oldpassword
    yourpassword password123456 passwordpassword changepassword temppassword temporarypassword
    defaultpassword secretpassword strongpassword securepassword adminpassword userpassword
    rootpassword secret topsecret verysecret mysecret secretsecret confidential classified admin
    administrator administration adminadmin adminuser sysadmin systemadmin superadmin superuser
    root user username useruser guest guestguest guestaccount visitor test tester testtest
    testing testuser testaccount demo demodemo demouser example sample default initial temp
    temporary welcome welcomeback welcomehome welcome123456 hello hellohello helloworld
    goodmorning goodnight login loginlogin signin letmein letmeinnow letmeinplease pleaseletmein
    openopen opensesame changeme changemenow changemeplease changeit pleasechangeme iamtheboss
    qwerty qwertyui qwertyuiop qwertyuiopasdf qwertyuiopasdfgh qwertyuiopasdfghjkl asdfgh
    asdfghjkl asdfghjklzxcvbnm zxcvbn zxcvbnm qazwsx qazwsxedc qazwsxedcrfv azerty azertyuiop
    qwertz qwertzuiop 1q2w3e4r5t6y 1qaz2wsx3edc 1qaz2wsx3edc4rfv q1w2e3r4t5y6 zaq12wsxcde3
    abcdefghijkl abcdefghijklm abcdefghijklmnopqrstuvwxyz abcabc abcdabcd abcd1234 abc123abc123
    aabbccddeeff 123456789012 1234567890123 12345678901234 123456789012345 1234567890123456
    012345678901 0123456789 01234567890 098765432109 987654321098 112233445566 121212121212
    123123123123 123451234512345 1234512345 123456123456 147258369147 147258369 159753159753
    159753 102030405060 111222333444 computer internet keyboard monitor laptop network server
    database platform website office officeoffice ministry ministryministry ministryofjustice
    ministryofforeignaffairs ministryofinterior ministryofhealth ministryofeducation
    foreignaffairs government governmentgovernment parliament secretariat thesecretariat
    committee nationalcommittee commission humanrights humanrightscouncil humanrightscommission
    unitednations recommendation recommendations dhakira dhakiradhakira geneva iloveyou
    iloveyousomuch iloveyouforever ilovegod loveyou lovelove sunshine sunshinesunshine rainbow
    princess princessprincess superman batman spiderman dragon monkey football basketball
    baseball liverpool barcelona realmadrid manchester champion champions winner butterfly
    chocolate cookie flower flowers freedom forever friends family mother father brother sister
    baby darling sweetheart summer winter spring autumn january february september october
    november december monday friday summertime wintertime happybirthday happynewyear
    merrychristmas motdepasse monmotdepasse bonjour bonjourbonjour soleil contrasena contraseña
    micontraseña hola holahola bismillah alhamdulillah mashallah inshallah allahuakbar habibi
    habibti marhaba ahlanwasahlan mohammed mohamed muhammad ahmedahmed كلمةالسر كلمةالمرور
    كلمهالسر كلمهالمرور كلمةسر كلمةمرور سري سريللغاية مرحبا مرحبامرحبا اهلاوسهلا أهلاوسهلا
    السلامعليكم بسماللهالرحمنالرحيم بسمالله الحمدلله ماشاءالله انشاءالله اللهاكبر حبيبي حبيبتي
    مديرالنظام مسؤولالنظام حقوقالانسان حقوقالإنسان وزارةالعدل وزارةالخارجية وزارةالداخلية
    ضصثقفغعهخحجد شسيبلاتنمكط
"""
COMMON: Final = frozenset(_WORDS.split())
