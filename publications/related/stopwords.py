"""Words that say nothing of what a text is about, by language, in the form in which words compare."""

from text.keys import folded

WORDS = {
    "ar": (
        "في من على إلى عن مع هذا هذه ذلك تلك التي الذي الذين ما لا لم لن كان كانت يكون أن إن أو ثم قد كل بعض غير "
        "بين بعد قبل عند حتى إذا كما هو هي هم نحن أنا أي أيضا لكن حيث خلال منذ حول دون فقط وقد وفي ومن وهو وهي"
    ),
    "de": (
        "aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bereits bin bis bist "
        "da dabei dadurch daher damit dann das dass dazu dem den denn der deren des dessen die dies diese diesem "
        "diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es etwa etwas euch für gegen "
        "hat hatte hatten haben hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem "
        "jeden jeder jedes jedoch kann kein keine können man mehr mein mit müssen muss nach nicht noch nun nur ob "
        "oder ohne schon sehr sein seine seinem seinen seiner seit sich sie sind so sollte sondern sowie über um "
        "und uns unser unter viel vom von vor war waren was weil welche wenn wer werden wie wieder wir wird wo "
        "wurde wurden während zu zum zur zwischen"
    ),
    "en": (
        "about above after again against all also am an and any are as at be because been before being below "
        "between both but by can could did do does doing down during each few for from further had has have having "
        "he her here hers him his how if in into is it its just me more most my no nor not now of off on once only "
        "or other our ours out over own same she should so some such than that the their theirs them then there "
        "these they this those through to too under until up us very was we were what when where which while who "
        "whom why will with would you your yours"
    ),
    "es": (
        "al algo algunas algunos ante antes aquel aquella como con contra cual cuales cuando de del desde donde dos "
        "durante el él ella ellas ellos en entre era eran es esa esas ese eso esos esta está están estas este esto "
        "estos fue fueron ha había han hasta hay la las le les lo los más me mi mientras muy nada ni no nos "
        "nosotros o os otra otras otro otros para pero poco por porque que qué quien se sea según ser si sí sido "
        "sin sino sobre son su sus también tanto te tiene tienen todo todos tras tu tus un una unas uno unos y ya "
        "yo"
    ),
    "fr": (
        "ai alors après au aucun aussi autre autres aux avait avant avec avoir bien car ce ceci cela celle celles "
        "celui ces cet cette ceux chaque chez ci comme comment dans de depuis des deux dont du donc elle elles en "
        "encore entre est et était étaient été être eu eux fait font hors il ils je jusque la le les leur leurs "
        "lors lui ma mais me même mes moins mon ne ni non nos notre nous on ont ou où par parce pas pendant peu "
        "peut plus pour pourquoi qu quand que quel quelle quelles quels qui quoi sa sans se selon sera ses si soit "
        "son sont sous sur ta tandis te tes ton toujours tous tout toute toutes très tu un une vers vos votre vous"
    ),
    "it": (
        "ad agli ai al alla alle allo anche ancora aveva avere che chi ci come con contro cui da dagli dai dal "
        "dalla dalle degli dei del della delle dello dentro di dopo dove due ed era erano essere fino fra gli ha "
        "hanno ho il in io la le lei li lo loro lui ma mentre mi molto ne negli nei nel nella nelle no noi non "
        "nostro ogni oltre per perché più poi prima quale quali quando quanto quella quelle quelli quello questa "
        "queste questi questo qui se senza si sia sono sotto sta stata stati stato su sua sue sui sul sulla suo "
        "suoi tra tutti tutto un una uno vi"
    ),
    "pt": (
        "ao aos aquela aquelas aquele aqueles às até antes apenas cada com como contra da das de dela dele deles "
        "depois desde do dos dois durante ela elas ele eles em enquanto entre era eram essa essas esse esses esta "
        "está estão estas este estes eu foi foram há isso isto já lhe mais mas me menos mesmo meu muito na não nas "
        "nem no nos nós nossa nosso num numa onde os ou outra outras outro outros para pela pelas pelo pelos pode "
        "por porque qual quando que quem são se seja sem sempre ser seu seus sobre sua suas também tanto tem têm "
        "tinha toda todas todo todos tudo um uma umas uns você"
    ),
    "ru": (
        "без более бы был была были было быть вам вас весь во вот все всех вы где да даже для до его ее если есть "
        "еще же за здесь из или им их как когда которая которые который кто ли либо между меня мне много может мы "
        "на над нас не него нее нет ни них но ну об однако он она они оно от очень по под после при про раз сам "
        "свой себя со так также такой там те тем то того тоже только тот тут ты уже хотя чего чем через что чтобы "
        "эта эти это этого этой этом этот"
    ),
}  # fmt: skip
STOP_WORDS = {language: frozenset(folded(words).split()) for language, words in WORDS.items()}
