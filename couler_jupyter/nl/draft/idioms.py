"""Ways to say that steps follow, part or meet: each with a plainer one for it.

They are tried in this order, on text without files, images and quotes. A pattern never
reaches beyond a sentence.
"""

from __future__ import annotations

from typing import Final

SAME_TIME: Final = (
    r"(at the same time|in parallel|simultaneously|concurrently|meanwhile|"
    r"in the meantime)"
)
_START = r"(?P<s>^|[,.;:]\s+|\n|\b(?:and|then)\s+)"
_PLAIN = r"[^,.;:\n]"
IDIOMS: Final = (
    (r"\b(they|we|you)['’]re\b", r"\1 are"),
    (r"\b(it|that|there|what)['’]s\b", r"\1 is"),
    (r"\b(i|we|they|you|it)['’](?:d|ll)\b", r"\1 will"),
    # What is only said about the order, or about why.
    (
        (
            r"(?:^|(?<=[.;] ))(?:in order )?to (?:get|see|know|learn|find out|understand|have|make|"
            r"obtain|answer|be) [^,.;:\n]{1,60}, (?=[a-z])"
        ),
        "",
    ),
    (r",? (?:in order|so as) to (?=\w)", ", then "),
    (
        (
            r"\b(?:(?:i|we) )?(?:start|begin)(?:s|ning)?(?: off)? (?:by|with) (?=\w+ing\b)|"
            r"\b(?:and )?(?:(?:i|we) )?(?:go on|carry on|continue|proceed) (?:by|to|with) "
            r"(?=\w+)"
        ),
        "then ",
    ),
    (
        (
            r"\b(?:and )?(?:(?:i|we|it) )?(?:finish|end|conclude|close|wrap)s? (?:off |up )?"
            r"(?:by|with) (?=\w+ing\b)"
        ),
        "then ",
    ),
    (r"\b(?:kick|start|begin)(?:s|ing)?(?: off)? with (?=an? |the )", "run "),
    (
        r"\b(?:and )?follow(?:s|ed)? (?:that|it|this) (?:up )?(?:with|by) (?=an? |the )",
        "then run ",
    ),
    (
        r"\b(?:and )?(?:finish|end|conclude|close|wrap)s? (?:off |up )?with (?=an? |the )",
        "then make ",
    ),
    # What is fed into a step is what the step comes after.
    (
        _START + rf"(?:feed|pass|hand|pipe|send)(?:s|ing)? (?P<w>{_PLAIN}{{1,40}}?) "
        r"(?:in)?to (?:an?|the|another|our) (?!team|user|slack|channel|boss|client)"
        r"(?P<n>[\w-]+(?: [\w-]+)?)(?=[,.;]|$| and | then )",
        r"\g<s>then run the \g<n> with \g<w>",
    ),
    # Branches, in words for them.
    (r"(?:,? and )?\bfan(?:s|ning)? (?:it )?out: *", ". Then "),
    (
        (
            r"\b(?:two|three|four|five|several|the following) [\w -]{1,30}? (?:run|happen|start|"
            rf"are done) {SAME_TIME} ?[(:] ?(?P<l>[^.;:()\n]+)\)?"
        ),
        r"then run \g<l> in parallel",
    ),
    (
        r"(zz\d+zz) (?:next to|alongside|beside|and next to it) (zz\d+zz)",
        r"\1 and \2 in parallel",
    ),
    (
        (
            r"\bfan(?:s|ning)? out (?:over|across) |"
            r"\b(?:loop|iterate|go) (?:over|through) "
        ),
        "for each of ",
    ),
    (
        (
            r"\b(?:fan(?:s|ning)? (?:it )?out(?: (?:in)?to)?|"
            r"(?<!the )(?<!both )branch(?:es|ing)? (?:out )?(?:in)?to)(?=\W)"
        ),
        "then in parallel",
    ),
    (
        (
            r"\bfan(?:s|ning)? (?:it |them )?(?:back )?in (?:with|to|into|using|through) "
            r"(?:an?|the) "
        ),
        "then run the ",
    ),
    (r"\bfan(?:s|ning)? (?:it |them )?(?:back )?in(?=\W|$)", "then combine them"),
    (
        (
            rf"(?<!first )(?<!the )\b(?:in |on |of which )?one "
            rf"(?:branch |job |step |part |of them )?(?:will )?"
            rf"(?P<a>\w+s {_PLAIN}+?)(?:[,;]| and| while) (?:and |while )?(?:in |on )?"
            rf"(?:the other|another)(?: one| branch| job| step)? "
            rf"(?=\w+s\b)(?P<b>{_PLAIN}+)"
        ),
        r"then in parallel \g<a> and \g<b>",
    ),
    (
        rf"(?:^|(?<=[.;] ))(?:while|whilst) ({_PLAIN}+), ({_PLAIN}+)",
        r"in parallel \1 and \2",
    ),
    (
        (
            rf"\b(?:two|three|four|several|the following) \w+ (?P<v>(?:are|should be|must be|"
            rf"can be|get|will be|have to be) {_PLAIN}+): (?P<l>[^.;:\n]+)"
        ),
        r"\g<l> \g<v>",
    ),
    (
        r",? and an? ([\w-]+) (?:comes )?(?:last|at the end)(?=[.;]|$)",
        r", then make a \1",
    ),
    (
        (
            r"(?:[;,.]|^) *all (?:of (?:it|them|this|that) )?(?:in|on|with|using) "
            r"(?:the )?(?:image )?"
            r"zz\d+zz(?: image| container)?(?: please)?"
        ),
        "",
    ),
    (
        (
            r"\bkeep(?:s|ing)? (?=(?:only )?(?:whichever|(?:just )?the (?:better|best|winn|top|"
            r"strong|most|one|model|more)))"
        ),
        "choose ",
    ),
    # When something is over.
    (
        (
            r"[,;]?\s*(?:\b(?:and|but)\s+)?\b(?<!only )(?:when|once|as soon as|after|with) "
            r"(?P<w>(?:it|that|this|they|both|all|these|those|the (?:two|three|four))"
            r"(?: of them)?) "
            r"(?:(?:is|are|has|have)(?: all| both)? (?:been )?)?(?:done|finished|completed?|"
            r"ready|over|through|in|ended),? (?=[a-z])"
        ),
        r". Once \g<w> is done, ",
    ),
    (
        _START + rf"(?P<n>{_PLAIN}{{3,60}}?),? (?:but )?(?:only )?(?:after|once) "
        r"(?P<r>(?:they|it|these|those) (?:is|are|has been|have been|gets?) (?!been|all|both|done|"
        r"finished|ready|complete|over|through|in\b)\w+)(?=[,.;]|$| and )",
        r"\g<s>\g<r>, then \g<n>",
    ),
    (
        (
            rf"(?:^|(?<=[.;] ))(?P<a>{_PLAIN}[^.;\n]*?),? (?:which|that) "
            r"(?:is|are|has been|have been|"
            r"was|were|gets?) (?P<v>\w+) (?:first|beforehand|before that|up front)\b"
        ),
        r"it is \g<v>. Then \g<a>",
    ),
    (r" *\| *(?=[\w ]+[|)])", ", "),
    (
        (
            r"\b(once|when|after|as soon as) (the [\w-]+ (?:is|are|has been|have been) \w+ed) "
            r"(?=(?:i|we|it|they|the|an?) )"
        ),
        r"\1 \2, ",
    ),
    (
        r",? and,? independently(?: of (?:that|it|this))?, (?=an?\b|the\b|its\b)",
        r" and independently ",
    ),
    (
        r"\bfor ([\w-]+), for ([\w-]+),? and for (?=[\w-]+)",
        r"for each of \1, \2 and ",
    ),
    (r"\bfor ([\w-]+),? and for (?=[\w-]+)", r"for each of \1 and "),
    (
        (
            r"\b(?:each|every) (\w+(?: \([^()\n]+\))?) (?:gets|has|receives) (?:its own|an?) "
            r"(?=\w)"
        ),
        r"for each \1, make a ",
    ),
    # How things are, and what need not be.
    (
        (
            r",? each (?:one )?(?:taking|using|consuming|getting|reading|working on|waiting for|"
            rf"after) {_PLAIN}*?(?:before|previous)(?: it| one)?(?: step)?"
            r"(?: (?:returned|returns|gave|gives|made))?(?=\W|$)"
        ),
        " in this order",
    ),
    (
        (
            r",?\s*\b(?:[\w-]+ ){0,4}?(?:don['’]t|do not|doesn['’]t|does not|need not|"
            r"needn['’]t|no need to) (?:need to |have to )?(?:wait|depend|need|care|matter|know)"
            r"\b[^,.;:()\n]*"
        ),
        "",
    ),
    (r"\s*\((?:the |its )?(?:command|image|name|default)\b[^()\n]*\)", ""),
    (
        (
            r"\b(?:the|this|my|our) (?:workflow|pipeline|run) (?:takes|has|gets|accepts|expects) "
            rf"{_PLAIN}{{0,60}}?\bparameter {_PLAIN}{{0,60}}? and "
        ),
        "",
    ),
    (
        (
            r"\bfor (?:all|each|every)(?: of)? (?:the )?(\w+) (?:in the list )?(?:that|which) "
            r"(?:an?|the) first step (?:gives|returns|finds|lists),?:?"
        ),
        r"list the \1. For each of them",
    ),
    (
        (
            r"\b(?:i|we) (?:need|want|would like|will like) (?=(?:some|an?|its|their) )"
            r"(?!an? (?:\w+ )?(?:workflow|pipeline|dag|job|process|flow|cell|step|graph)\b)"
        ),
        "make ",
    ),
    (
        rf",? which (?:both |all )?(?:run|happen|are run|are done) {SAME_TIME}",
        r" \1",
    ),
    (
        (
            r"(?:^|(?<=[.;,] )|, and )(?:from|with|on|out of) (?:these|those|it|them|this|that),? "
            r"(?=[a-z]+ (?:the|an?|its|their)\b)"
        ),
        "then ",
    ),
    # One for each of several.
    (r"\bper (\w+)(?= \(|,|:)", r"for each \1"),
    (
        r"\bone (?:run|step|job|task|container) (?:per|for each|for every) (\w+)",
        r"one step for each \1",
    ),
    # Clauses that hang on another.
    (
        r", (?:from|out of|with|on|in|to) (?:which|whom)(?: then)? ",
        ". Then ",
    ),
    (
        _START + r"(?P<n>(?:(?:the|an?|its|their|these|those|all|every) )?"
        r"(?:[\w-]+ ){1,4}?)(?P<b>is|are|gets?) (?:all )?"
        r"(?:then|afterwards|finally|next|subsequently) (?=\w+\b)",
        r"\g<s>then \g<n>\g<b> ",
    ),
    (
        (
            r"\b(?:(?:i|we) (?:need|want|would like|will like)(?: to have)?|(?<!to )(?:have|get)) "
            r"((?:the |all |my |our )"
            r"(?:[\w-]+ ){1,3})(?:to be )?(?=\w+ed\b)"
        ),
        r"\1are ",
    ),
)
