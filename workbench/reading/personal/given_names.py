"""Given names that many people have, in the languages of the mails: a column of people has some."""

from __future__ import annotations

import re

_GERMAN = (
    "alexander andrea andreas angelika anja anke anna anne annette antje arne astrid axel barbara "
    "bastian bernd bernhard bettina birgit bjoern brigitte carolin carsten charlotte christa "
    "christian christiane christina christine christoph claudia clemens cornelia dagmar daniel "
    "daniela david dennis detlef diana dieter dirk dominik doris elena elfriede elias elisabeth "
    "elke ella emil emilia emma erich erik erika ernst esther eva felix finn florian frank franz "
    "franziska friedrich fritz gabriele georg gerda gerhard gertrud gisela greta guenter guenther "
    "gustav hanna hannah hannelore hans harald hartmut heidi heike heiko heinrich heinz helga "
    "helmut henrik henry herbert hermann hildegard holger horst ida ilse ines ingeborg ingo ingrid "
    "irene iris irmgard jan jana janina jannik jasmin jens joachim johann johanna johannes jonas "
    "joerg josef josefine juergen julia julian jutta kai karin karl karsten kathrin katja katrin "
    "kerstin kevin klara klaus konrad kristin kurt lara laura lea lena leon leonie lina linus lisa "
    "lorenz louis luca luisa lukas lutz magdalena manfred manuel manuela marcel marco marcus "
    "margarete margit maria marianne marie marina mario marion markus marlene martha martin "
    "martina "
    "mathilda matthias max maximilian melanie meike mia michael michaela mila moritz monika nadine "
    "natalie nicole niklas nils nina norbert ole oliver olaf oskar otto patrick paul paula peter "
    "petra philipp pia rainer ralf regina reinhard renate rene rita robert roland rolf rosemarie "
    "rudolf ruth sabine sabrina sandra sara sarah sascha sebastian siegfried sigrid silke silvia "
    "simon simone sofia sonja sophia sophie stefan stefanie steffen stephan susanne sven svenja "
    "tanja theo theresa thomas thorsten tim tina tobias tom torsten udo ulrich ulrike ursula ute "
    "uta uwe valentin vanessa vera verena veronika viktoria volker walter waltraud werner wiebke "
    "wilhelm winfried wolfgang yvonne"
)
_ENGLISH = (
    "aaron abigail adam adrian aidan alan albert alex alfie alfred alice alison allan amanda amber "
    "amelia amy andrew angela anita ann anthony antonio archie arthur ashley ava barry beatrice "
    "becky ben benjamin beth betty beverly bill bob bobby bradley brandon brenda brian bruce bryan "
    "callum cameron carl carol caroline carolyn catherine charles charlie cheryl chloe chris "
    "christopher claire clara clare colin connor craig crystal cynthia daisy dale danielle darren "
    "dave dawn dean deborah debra denise derek diane donald donna dorothy douglas duncan dylan ed "
    "edward eileen elaine eleanor elizabeth ellen ellie emily eric ethan evan evelyn evie fiona "
    "florence frances francis fred freddie frederick freya gail gareth gary gavin gemma geoffrey "
    "george georgia gerald gillian glen gloria gordon grace graham grant greg gregory hailey "
    "harriet "
    "harry harvey hayley hazel heather helen hilary holly howard hugh ian imogen isaac isabella "
    "isla jack jackie jackson jacob jacqueline jade jake james jamie jane janet janice jason jay "
    "jayne jean jeff jeffrey jenna jennifer jenny jeremy jerry jess jesse jessica jill jim jo joan "
    "joanna joanne jodie joe joel john johnny jon jonathan jordan jose joseph josh joshua joy "
    "joyce "
    "judith judy june justin karen kate katherine kathleen kathryn katie kayla keith kelly ken "
    "kenneth kerry kim kimberly kirsty kyle larry lauren lawrence leah lee leslie lewis liam linda "
    "lindsay lisa lily logan lorraine louise lucas lucy luke lynn lynne madison malcolm mandy "
    "margaret marilyn mark martyn mary mason matt matthew maureen megan melissa mitchell mohammed "
    "molly morgan naomi natasha nathan neil nicholas nick nicola nigel noah nora norman olivia "
    "owen "
    "pamela patricia pauline penelope penny peggy phil philip phoebe phyllis poppy rachel ralph "
    "randy raymond rebecca reece rhys richard ricky riley robin rodney roger ronald rosa rose "
    "rosie "
    "ross roy russell ryan sally sam samantha samuel scarlett scott sean shane shannon sharon "
    "shaun "
    "sheila shirley sian sienna sophie stacey stanley stephanie stephen steve steven stewart "
    "stuart "
    "sue susan suzanne sydney sylvia tara taylor teresa terry tessa theodore tiffany timothy toby "
    "todd tony tracey tracy travis trevor tyler valerie victor victoria vincent virginia wayne "
    "wendy william willie zachary zoe"
)
_OTHERS = (
    "adele aicha alain amandine antoine aurelie benoit bernadette camille cedric celine chantal "
    "claude delphine didier elodie emilie emmanuel fabien francois francoise gilles guillaume "
    "helene hugo isabelle jacques jerome josephine julie julien laurent luc lucie madeleine manon "
    "marc margaux mathieu mathilde maxime mireille monique nathalie nicolas odile olivier pascal "
    "philippe pierre quentin romain sandrine sebastien serge solene sylvain sylvie thibault "
    "thierry "
    "veronique xavier yann yves alba alberto alejandra alejandro alfonso alicia alvaro ana andres "
    "angel angeles beatriz carlos carmen concepcion cristina cristobal diego dolores eduardo "
    "enrique esteban fernando francisca francisco gonzalo guillermo ignacio inmaculada irene "
    "javier jesus joaquin jorge josefa juan juana julio lorena lucia luis manuela mar mercedes "
    "miguel montserrat natalia nuria pablo pedro pilar rafael ramon raquel raul ricardo roberto "
    "rocio rodrigo rosario salvador santiago sergio silvia sofia vicente aart annemarie anneke "
    "bart bas bram cees daan daphne dirk eline els femke floor gijs hendrik ilse jaap jeroen joost "
    "joris kees koen lars lieke lotte maarten maaike marieke marijke marloes mieke niels noor "
    "pieter "
    "rik roos ruud saskia sanne sander sjoerd stijn teun thijs tijn wim wouter adriana alessandro "
    "alessia andrea angelo carlo chiara davide elisa enzo fabio federica federico francesca "
    "francesco gianni giorgia giovanni giulia giuseppe ilaria lorenzo luigi marta matteo paola "
    "paolo pietro riccardo salvatore stefano valentina vincenzo agnieszka aleksandra andrzej anna "
    "barbara bartosz dariusz ewa grzegorz jacek jakub jan joanna justyna kamil karolina katarzyna "
    "krzysztof lukasz maciej magda malgorzata marcin marek marta mateusz michal monika natalia "
    "pawel piotr rafal slawomir tomasz wojciech zbigniew ahmed ahmet ali ayse aylin aziz burak can "
    "cem deniz elif emine emre fatih fatima fatma hakan hassan hatice hussein ibrahim ismail "
    "khalid leyla mehmet melek meryem mohamed mohammad muhammad murat mustafa nasser nur omar "
    "oezlem "
    "selin sevgi serkan sibel sultan tarik tuelay yasin yasmin yusuf zehra zeynep aleksandr alexei "
    "anastasia boris dmitri ekaterina igor irina ivan ludmila natascha nikolai oksana oleg olga "
    "pavel sergei svetlana tatjana vladimir yulia arjun deepak priya rahul raj sanjay sunita vijay "
    "chen li mei wei ming hiroshi yuki"
)
GIVEN = frozenset(f"{_GERMAN} {_ENGLISH} {_OTHERS}".split())
"""Small letters, umlauts written out."""

FAMILY = frozenset(
    [
        "mueller",
        "schmidt",
        "schneider",
        "fischer",
        "weber",
        "meyer",
        "wagner",
        "becker",
        "schulz",
        "hoffmann",
        "schaefer",
        "koch",
        "bauer",
        "richter",
        "klein",
        "wolf",
        "schroeder",
        "neumann",
        "schwarz",
        "zimmermann",
        "braun",
        "krueger",
        "hofmann",
        "hartmann",
        "lange",
        "schmitt",
        "werner",
        "schmitz",
        "krause",
        "meier",
        "lehmann",
        "schmid",
        "schulze",
        "maier",
        "koehler",
        "herrmann",
        "koenig",
        "walter",
        "mayer",
        "huber",
        "kaiser",
        "fuchs",
        "peters",
        "lang",
        "scholz",
        "moeller",
        "weiss",
        "jung",
        "hahn",
        "schubert",
        "vogel",
        "friedrich",
        "keller",
        "guenther",
        "frank",
        "berger",
        "winkler",
        "roth",
        "beck",
        "lorenz",
        "baumann",
        "franke",
        "gruber",
        "smith",
        "jones",
        "taylor",
        "williams",
        "brown",
        "davies",
        "evans",
        "wilson",
        "thomas",
        "johnson",
        "roberts",
        "walker",
        "wright",
        "robinson",
        "thompson",
        "white",
        "hughes",
        "edwards",
        "green",
        "hall",
        "wood",
        "harris",
        "lewis",
        "martin",
        "jackson",
        "clarke",
        "clark",
        "turner",
        "hill",
        "scott",
        "cooper",
        "morris",
        "ward",
        "moore",
        "king",
        "watson",
        "baker",
        "harrison",
        "morgan",
        "patel",
        "young",
        "allen",
        "mitchell",
        "james",
        "anderson",
        "phillips",
        "lee",
        "bell",
        "parker",
        "davis",
        "miller",
        "rodriguez",
        "martinez",
        "hernandez",
        "lopez",
        "gonzalez",
        "perez",
        "sanchez",
        "ramirez",
        "torres",
        "nguyen",
        "flores",
        "rivera",
        "campbell",
        "carter",
        "garcia",
        "fernandez",
        "gomez",
        "dubois",
        "durand",
        "leroy",
        "moreau",
        "laurent",
        "simon",
        "michel",
        "jansen",
        "devries",
        "bakker",
        "visser",
        "smit",
        "meijer",
        "demir",
        "yilmaz",
        "kaya",
        "oeztuerk",
        "kowalski",
        "nowak",
        "rossi",
        "ferrari",
    ]
)
"""Family names that many people have, likewise."""

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ë": "e"})
_FORMS = frozenset(
    [
        "herr",
        "frau",
        "dr",
        "prof",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "fr",
        "hr",
        "dipl",
        "ing",
        "med",
        "mme",
        "m",
        "sr",
        "sra",
        "van",
        "von",
        "de",
        "der",
    ]
)
_PERSON = re.compile(r"[^\W\d_][^\W\d_.'’-]*\.?(?:[ ,'’.-]{1,2}[^\W\d_][^\W\d_'’-]*\.?){0,5}")
_BEHIND = re.compile(r"(?<=[a-z]{2})\d{1,4}\b")  # Anna267, as tables of made-up people have it
_FIRM = re.compile(
    r"\b(?:gmbh|ag|kg|ohg|ug|gbr|e\.?v|inc|llc|ltd|limited|corp|plc|se|sarl|bv|b\.v|nv|co|group|"
    r"holding|stiftung|verein|company|& co|sa|s\.a|srl|oy|ab)\b\.?",
    re.IGNORECASE,
)


def parts_of(text: str) -> list[str]:
    """Cut a name into its parts, without titles, in small letters.

    Examples
    --------
    >>> parts_of("Dr. Jörg Müller-Lüdenscheid")
    ['joerg', 'mueller', 'luedenscheid']
    """
    words = re.findall(r"[^\W\d_]+", text.lower().translate(_LETTERS))
    return [word for word in words if word not in _FORMS]


def is_written_as_person(text: str) -> bool:
    """Whether a text is of one to six words of letters, and of no firm.

    Examples
    --------
    >>> is_written_as_person("Weber, Anna"), is_written_as_person("Weber KG")
    (True, False)
    """
    plain = _BEHIND.sub("", text)
    return len(text) <= 60 and bool(_PERSON.fullmatch(plain)) and not is_firm(text)


def is_firm(text: str) -> bool:
    """Whether a text has the legal form of a firm in it."""
    return _FIRM.search(text) is not None


def is_given(text: str) -> bool:
    """Whether a text begins with a given name, or is family name, comma, given name.

    Examples
    --------
    >>> is_given("Anna-Lena"), is_given("Weber, Anna"), is_given("Regal")
    (True, True, False)
    """
    parts = parts_of(text.partition(",")[2] or text)
    return bool(parts) and parts[0] in GIVEN


def is_whole_name(text: str) -> bool:
    """Whether a text is a given name and another word."""
    return len(parts_of(text)) >= 2 and is_written_as_person(text) and is_given(text)


def is_family(text: str) -> bool:
    """Whether a text is one of the commonest family names."""
    parts = parts_of(text)
    return len(parts) == 1 and parts[0] in FAMILY
