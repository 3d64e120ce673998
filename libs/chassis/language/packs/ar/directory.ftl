# ما قد يرفضه الدليل.

## الجهات
refusal-code-malformed = «{ $code }» ليس رمزًا صالحًا. استعمل من 2 إلى 40 من الحروف اللاتينية والأرقام والشرطات، على أن يبدأ بحرف.
refusal-code-taken = توجد جهة مسجّلة بالرمز «{ $code }». اختر رمزًا آخر أو افتح تلك الجهة.
refusal-kind-malformed = «{ $kind }» ليس نوعًا من أنواع الجهات. استعمل لفظًا من ملف البلد، بحروف لاتينية صغيرة وشرطات.
refusal-names-missing = اكتب الاسم بلغة واحدة على الأقل.
refusal-name-malformed = لا يمكن قبول الاسم المكتوب تحت «{ $language }». حدّد اللغة برمزها، واكتب اسمًا من 1 إلى { $most } محرف.
refusal-names-unchanged = تحمل الجهة هذه الأسماء أصلًا.
refusal-class-unchanged = الجهة مصنّفة بهذا النوع وهذه العضوية أصلًا.
refusal-institution-unknown = لا توجد جهة بالرمز «{ $code }». سجّلها أولًا أو صحّح الرمز.

## الأشخاص والصفات
refusal-sign-in-name-malformed = يتكوّن اسم الدخول من 3 إلى 120 من الحروف والأرقام والعلامات . _ @ + -. اختر اسمًا آخر.
refusal-sign-in-name-taken = هذا الاسم مسجّل لشخص حالي أو سابق. اختر اسمًا آخر؛ فالأسماء لا تُعطى مرتين.
refusal-email-malformed = عنوان البريد الإلكتروني غير صحيح. اكتبه هكذا: name@example.org أو اتركه فارغًا.
refusal-role-unknown = لا تعرف المنصة صفة باسم «{ $role }». اختر واحدة من القائمة.
refusal-role-held = يحمل الشخص الصفة «{ $role }» أصلًا.
refusal-role-not-held = لا يحمل الشخص الصفة «{ $role }».
refusal-own-role = لا يمنح أحد نفسه صفة. اطلب «{ $role }» من مدير آخر للمنصة.
refusal-person-gone = غادر هذا الشخص، ولا يمكن القيام بشيء آخر باسمه.
refusal-person-still-here = لا تُمحى إلا بيانات من غادر. سجّل المغادرة أولًا.
refusal-person-erased = بيانات هذا الشخص ممحوّة أصلًا.
refusal-basis-missing = اذكر القرار الذي يستند إليه المحو دون ذكر اسم الشخص.
refusal-last-administrator = لا يوجد مدير آخر للمنصة. عيّن مديرًا آخر أولًا.

## كلمات المرور وتسجيل الدخول
refusal-password-too-short = كلمة المرور قصيرة. استعمل { $least } محرفًا على الأقل؛ فعدة كلمات متتالية يسهل تذكّرها.
refusal-password-too-long = تتجاوز كلمة المرور { $most } محرفًا. اختصرها.
refusal-password-common = كلمة المرور هذه من أول ما يجرّبه أي شخص. استعمل عدة كلمات لا صلة بينها.
refusal-password-is-name = كلمة المرور هي اسم الدخول نفسه. اختر غيرها.
refusal-sign-in-refused = الاسم وكلمة المرور غير متطابقين. تحقّق منهما ثم أعد المحاولة.
refusal-sign-in-too-often = تكررت محاولات الدخول أكثر من المسموح. انتظر { $retry_after } ثانية ثم أعد المحاولة.
refusal-bootstrap-void = سُجّل أول مدير للمنصة. سجّل دخولك أو اطلب منه أن يسجّلك.
refusal-bootstrap-token-wrong = هذا ليس الرمز الذي ظهر عند أول تشغيل للمنصة. انسخه كاملًا من جديد.
