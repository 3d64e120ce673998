# ألفاظ الصفحات نفسها.

## في كل صفحة
site-name = السجل الوطني للمتابعة
site-under = كل توصية وُجّهت إلى الدولة في مجال حقوق الإنسان، وما آلت إليه
skip = انتقل إلى المحتوى
nav-label = القائمة الرئيسية
nav-recommendations = التوصيات
nav-mechanisms = الآليات
nav-new = إدخال توصية
nav-imports = الاستيراد
nav-status = التشغيل
nav-about = عن السجل
nav-help = مساعدة
nav-accessibility = إمكانية الوصول
crumbs-label = موقعك
sign-in = تسجيل الدخول
sign-out = تسجيل الخروج
signed-in-as = الدخول باسم { $name }
downloads = نسخ للتنزيل
error-prefix = خطأ:
foot-promise = لا يُمحى شيء من هذا السجل. كل تغيير مثبت بتاريخه وصاحبه وسببه.
ribbon-label = حالة سابقة
ribbon-recorded = تقرأ السجل كما كان في { $day }.
ribbon-happened = تقرأ ما كان قد حدث حتى { $day } بحسب ما نعلمه اليوم.
ribbon-now = العودة إلى اليوم

## أرقام وألفاظ قصيرة
search = بحث
version = الإصدار { $version }
version-current = القائم الآن
count-recommendations = { $count ->
    [zero] لا توصيات
    [one] توصية واحدة
    [two] توصيتان
    [few] { $count } توصيات
    [many] { $count } توصية
   *[other] { $count } توصية
}
card-due = الموعد { $day }
matrix-all = المجموع
matrix-subtotal = المجموع
matrix-total = جميع الآليات
pager-label = صفحات القائمة
pager-where = الصفحة { $page } من { $pages }
pager-previous = السابق
pager-next = التالي

## الصفحة الأولى
home-kick = السجل العام
home-title = ماذا طُلب من الدولة، وماذا أنجزت؟
home-ask = البحث في التوصيات
home-hint = موضوع، أو فئة من الناس، أو رمز وثيقة
home-examples = مثلًا:
home-sentence = من أصل { $total }: { $clauses }.
home-figure-done = { $count ->
    [one] واحدة نُفّذت
    [two] اثنتان نُفّذتا
   *[other] { $count } نُفّذت
}
home-figure-part = { $count ->
    [one] واحدة نُفّذت جزئيًا
    [two] اثنتان نُفّذتا جزئيًا
   *[other] { $count } نُفّذت جزئيًا
}
home-figure-going = { $count ->
    [one] واحدة قيد التنفيذ
    [two] اثنتان قيد التنفيذ
   *[other] { $count } قيد التنفيذ
}
home-figure-waiting = { $count ->
    [one] واحدة لم يبدأ تنفيذها
    [two] اثنتان لم يبدأ تنفيذهما
   *[other] { $count } لم يبدأ تنفيذها
}
home-figure-noted = { $count ->
    [one] واحدة لم تعد منطبقة
    [two] اثنتان لم تعودا منطبقتين
   *[other] { $count } لم تعد منطبقة
}
home-figure-none = { $count ->
    [one] واحدة لم ترد عنها معلومات بعد
    [two] اثنتان لم ترد عنهما معلومات بعد
   *[other] { $count } لم ترد عنها معلومات بعد
}
home-late = { $late }.
home-figure-late = { $count ->
    [one] واحدة فات موعدها
    [two] اثنتان فات موعدهما
   *[other] { $count } فات موعدها
}
home-as-at = الحال في { $day }. كل رقم يقود إلى قائمته.
home-matrix = من أوصى، وأين وصل التنفيذ
home-deadlines = المواعيد القريبة
home-no-deadlines = لا مواعيد قادمة.
home-changes = آخر ما سُجّل
home-no-changes = لم يُسجّل شيء في الأسابيع الأخيرة.
home-empty = السجل مفتوح، ولا يزال خاليًا
home-empty-more = متى نُشرت أولى التوصيات ذكرت هذه الصفحة عددها وما آلت إليه كل منها.

## القائمة
list-title = التوصيات
list-words = كلمات أو رمز أو رقم
list-order = الترتيب
list-shown = تظهر هنا من { $first } إلى { $last }
list-suggestion = هل تقصد
list-searched = لم يُعثر على شيء بهذه الكلمات. جرى البحث بدلًا منها عن:
list-take = خذ هذه القائمة كما هي:
list-empty = لا توصية تطابق بحثك
list-empty-more = استعمل كلمات أقل أو أزل أحد المعايير. ورقم مثل REC-00412 أو رمز مثل A/HRC/50/15 يقود إلى سجله مباشرة.
list-empty-all = عرض جميع التوصيات
facets-label = معايير التصفية
facets-title = تضييق القائمة
facet-chosen = (مختار؛ اتبع الرابط لإزالته)
facet-more = قيم أخرى
active-label = المعايير المطبقة
active-remove = إزالة المعيار:
active-clear = إزالة الكل

## التوصية
record-summary = بلغة مبسطة
record-plainly = بعبارة مبسطة:
record-controls = ما يمكنك فعله هنا
record-thread = مسار المتابعة خطوة خطوة
record-position = جواب الدولة
record-states = الدول الموصية: { $states }.
record-says = التقييم بحسب كل جهة
record-texts = بلغات أخرى
record-linked = توصيات ذات صلة
record-margin = عن هذا السجل
record-source = المصدر
source-document = الوثيقة
source-index = الفهرس العالمي لحقوق الإنسان
source-file = الملف المصدر
source-row = الصف { $row }
source-fingerprint = البصمة (SHA-256)
source-brought = أدخلتها { $who } في { $day }
source-import = عملية الاستيراد
source-original = تنزيل الملف الأصلي
record-no-source = أُدخلت يدويًا، ولا ملف مصدر لها.
steps-label = الخطوات الرئيسية
step-open = لم يُحدَّد
thread-due = موعد الاستحقاق
thread-recorded-later = سُجّل في { $day }
thread-why = السبب المعلن: { $why }
thread-changes = ما تغيّر، كلمةً كلمة
asat-title = الاطلاع على يوم سابق
asat-day = اليوم
asat-basis = على أساس
asat-recorded = ما كان السجل يقوله آنذاك
asat-happened = ما كان قد حدث حتى ذلك اليوم
asat-go = عرض ذلك اليوم
cite-title = الاستشهاد والحفظ
cite-copy = نسخ العنوان
cite-copied = تم النسخ
versions-title = الإصدارات
versions-compare = مقارنة الإصدارات
versions-older = الإصدار الأقدم
versions-newer = الإصدار الأحدث
versions-between = من الإصدار { $older } إلى الإصدار { $newer }
versions-same = الإصداران متطابقان.
versions-all = جميع الإصدارات
diff-key = دليل القراءة:
diff-key-added = أُضيف
diff-key-removed = حُذف
diff-added = أُضيف:
diff-too-long = المقطع أطول من أن يُقارن كلمة كلمة: يظهر كله مشطوبًا كما كان، ثم كما صار.
diff-removed = حُذف:
diff-end = (انتهى)

## الآليات
mechanisms-title = الآليات
mechanisms-lede = الهيئات التي تنظر في وفاء الدولة بالتزاماتها في مجال حقوق الإنسان، وأين وصل تنفيذ ما طلبته.
mechanisms-meanings = معنى كل حالة

## الاستيراد
imports-title = الاستيراد
imports-lede = يُقرأ الملف أولًا ويُعرض عليك. ولا يدخل السجلَ شيء قبل أن تؤكده، ويمكن التراجع عن استيراد بأكمله.
imports-new = قراءة ملف
imports-template = ليس لديك ملف؟ املأ نموذجنا:
imports-register = ما يتضمنه السجل، في الأعمدة نفسها، لاستكماله وإدخاله من جديد:
imports-past = عمليات استيراد سابقة
imports-file = الملف
imports-format = الصيغة
imports-state = الحالة
imports-summary = الحصيلة
imports-when = التاريخ
imports-who = مقدّم الملف
imports-none = لم يُقرأ أي ملف بعد
imports-none-more = اختر أعلاه قائمة المفوضية بصيغة وورد أو تصديرًا من الفهرس العالمي لحقوق الإنسان؛ فالمعاينة لا تغيّر شيئًا.
import-kick = عملية استيراد
import-progress = { $done } من { $total } من الصفوف
import-progress-open = عدد الصفوف غير معروف بعد.
import-look-again = تحديث الصفحة
import-refused = تعذّرت قراءة الملف
import-counts = الصفوف بحسب النوع
import-decide = القرار
import-decide-more = تصفّح الصفوف أدناه أولًا. وما تؤكده يُسجَّل باسمك.
import-row = الصف { $row }
import-repaired = أُصلح: { $what }
import-rows-not-kept = لم يعد ممكنًا عرض صفوف هذا الملف صفًا صفًا، فقد استُعيدت المنصة من نسخة احتياطية تضم ما سُجّل منها والملف نفسه. أما الأرقام فهي التي جرى تأكيدها.
import-no-rows = لا صفوف من هذا النوع.
import-hash = بصمة الملف (SHA-256)
import-undo = التراجع عن هذا الاستيراد
import-undo-more = تُسحب كل السجلات التي جاء بها هذا الاستيراد، وتُعكس كل التغييرات التي أحدثها، ويبقى ذلك كله ظاهرًا في التاريخ مع السبب الذي تذكره.

## تسجيل الدخول
sign-in-lede = لمن يتولون حفظ السجل. أما قراءته فلا تحتاج إلى حساب.
sign-in-first = إنشاء الحساب الأول
first-title = الحساب الأول
first-lede = أظهرت المنصة عند أول تشغيل رمزًا لمرة واحدة. ومن يحمله ينشئ الحساب الأول.

## الأسئلة
field-optional = (اختياري)
form-cancel = الخروج من دون تسجيل
mistakes-title = { $count ->
    [zero] لا شيء يحتاج إلى تصحيح
    [one] هناك أمر واحد يجب تصحيحه
    [two] هناك أمران يجب تصحيحهما
    [few] هناك { $count } أمور يجب تصحيحها
    [many] هناك { $count } أمرًا يجب تصحيحه
   *[other] هناك { $count } أمر يجب تصحيحه
}
confirm-nothing = (لا شيء)

## المشكلات
problem-both = تعديلان في وقت واحد
problem-stands = سُجّل الإصدار { $version } بينما كنت تكتب.
problem-theirs = القائم في السجل الآن
problem-yours = ما كتبته أنت
problem-kept = ما كتبته محفوظ
kept-send = إرسال ما كتبته
kept-signed-in = سجّلت دخولك. هذا ما كتبته من قبل؛ راجعه ثم أرسله.
problem-home = الصفحة الأولى
problem-search = جميع التوصيات
problem-reference = الرقم المرجعي للمشغّل:

## التشغيل
status-title = التشغيل
status-at = وقت القياس
status-quarantine = في انتظار تدخل بشري
status-quarantine-empty = لا شيء ينتظر. أدّت كل رسالة أثرها.
status-attempts = { $count ->
    [zero] لم تُجرَ أي محاولة
    [one] محاولة واحدة
    [two] محاولتان
    [few] { $count } محاولات
    [many] { $count } محاولة
   *[other] { $count } محاولة
}
status-services = الخدمات
status-service = الخدمة
status-state = الحالة
status-detail = التفصيل
status-read-models = نماذج القراءة
status-read-model = نموذج القراءة
status-source = يتبع
status-position = قرأ حتى
status-head = من
status-relays = الترحيل إلى الناقل
status-recorded = المسجَّل
status-told = المُبلَّغ
status-bus = الناقل
status-database = قاعدة البيانات

## عن السجل
about-title = عن هذا السجل
about-lede = ذاكرة الدولة الدائمة لما طلبته منها آليات حقوق الإنسان.
about-record-title = سجل واحد لجميع التوصيات
about-record-text =
    تصدر التوصيات إلى الدولة عن هيئات المعاهدات والاستعراض الدوري الشامل والإجراءات الخاصة والهيئات الإقليمية. وهي مجتمعة هنا أيًّا كان مصدرها، ولكل منها رقم دائم.

    وإلى جانب كل توصية جواب الدولة عنها، والجهة المسؤولة، وما أُنجز، وموعد الاستحقاق.
about-memory-title = لا يضيع شيء
about-memory-text =
    يُحفظ كل إجراء كما سُجّل: من قام به، ومتى حدث، ومتى دُوّن، ولماذا. والتصحيح لا يحل محل ما سبقه، بل يليه.

    ولهذا يمكنك قراءة السجل كما كان في أي يوم مضى.
about-who-title = من يتولى حفظه
about-who-text =
    تتولى أمانة الآلية الوطنية للتنفيذ وإعداد التقارير والمتابعة إدخال التوصيات ونشرها. وتفيد الوزارات وسائر المؤسسات بما أُسند إليها. وتُعرض رواية الدولة دائمًا منفصلة عن رواية غيرها.
about-words-title = كلام من تقرأ
about-words-text =
    النص الرسمي للتوصية هو نص الهيئة التي أصدرتها. أما الترجمات والملخصات بلغة مبسطة فمصدرها مبيّن إلى جانبها.
about-data-title = البيانات المفتوحة
about-data-text =
    يمكن أخذ كل قائمة بصيغة CSV أو XLSX أو JSON كما هي معروضة تمامًا. والعناوين نفسها تخدم الناس والبرامج.

## مساعدة
help-title = مساعدة
help-lede = كيف تجد توصية، وتقرأ مسارها، وتستشهد بها.
help-find-title = البحث
help-find-text =
    اكتب موضوعًا أو فئة من الناس بالعربية أو الإنكليزية أو الفرنسية أو الإسبانية، أو اسم دولة لتجد ما أوصت به، ولا يلزم أن يكون الإملاء دقيقًا. أما رمز الوثيقة ورقم الفقرة ورقم السجل فيُعثر عليها كما تُكتب.

    ويُعثر على السجلات التي فيها الكلمات كلها. والعلامة | بين كلمتين تعثر على ما فيه إحداهما، والعلامة - قبل كلمة تستبعد ما فيه تلك الكلمة. أما «أو» و«ليس» فكلمتان كغيرهما. والكلمات بين علامتي اقتباس تأتي متتالية، والعلامة * تقوم مقام بقية الكلمة.

    وضيّق القائمة بحسب الآلية أو الجولة أو الموضوع أو الفئة أو الهدف أو الموقف أو الحالة. وعنوان الصفحة يحمل اختيارك، فاحفظه أو أرسله.
help-read-title = قراءة المسار
help-read-text =
    تظهر في كل سجل الخطوات الرئيسية في صف واحد: المربع لما تم، والقرص لما هو جارٍ، والمعيّن المفرغ للموعد. وتحتها يُروى كل إجراء بيومه وصاحبه وسببه.
help-asat-title = العودة إلى الوراء
help-asat-text =
    اختر يومًا سابقًا لترى ما كان السجل يقوله حينئذ، أو ما كان قد حدث حتى ذلك اليوم بحسب المعلوم الآن. وقد يختلف الأمران لأن بعض الوقائع يُدوَّن متأخرًا.
help-cite-title = الاستشهاد
help-cite-text =
    لكل سجل رقم دائم وعنوان دائم. وللاستشهاد الدقيق أضف الإصدار المذكور في أسفل الصفحة.
help-data-title = أخذ البيانات
help-data-text =
    تحت كل قائمة وكل سجل صيغه المتاحة، وتُفتح الملفات في برامج الجداول الشائعة.

## إمكانية الوصول
accessibility-title = إمكانية الوصول
accessibility-lede = هذا السجل للجميع، وقد أُعدّ ليستوفي المبادئ التوجيهية WCAG 2.2 في المستوى AA.
accessibility-aim-title = ما نسعى إليه
accessibility-aim-text =
    أن يتمكن كل شخص من إنجاز كل مهمة بلوحة المفاتيح، وبقارئ الشاشة، وبتكبير يصل إلى 400 في المئة، في الوضعين الفاتح والداكن، وعلى هاتف صغير، ومن دون برامج نصية، بالعربية كما بالإنكليزية.
accessibility-how-title = كيف نتحقق
accessibility-how-text =
    تُفحص كل صفحة آليًا في متصفح حقيقي باللغتين كلما تغيّرت المنصة. وتُبيَّن الحالة بالشكل واللفظ واللون معًا، لا باللون وحده.
accessibility-limits-title = حدود معروفة
accessibility-limits-text =
    قد لا تكون وثائق الهيئات الأخرى التي نحيل إليها ميسّرة. وليس لكل توصية ملخص بلغة مبسطة بعد.
accessibility-tell-title = أخبرنا
accessibility-tell-text =
    إن حال شيء دون القراءة أو المشاركة فأخبر الأمانة. اذكر الصفحة وما أردت القيام به، وستُعطى المعلومات في شكل آخر.
