"""Words by which columns tell what GDPR Art. 9 and 10 protect, whatever the column is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_SHORT = 5  # letters: the stem of a union would begin many a word
_OF_SHOPS = frozenset(
    (
        *("pollen", "latex", "gluten", "lactose", "laktose", "peanut", "nuesse", "erdnuss", "vox"),
        *("hausstaub", "aspirin", "luther", "christian", "judaism", "unite", "verdi", "stroke"),
        *("conservative", "green", "neos", "roma", "burnout", "anxiety", "church of", "insomnia"),
    )
)
"""Words that also name goods, people or places: as a column's name they say nothing."""
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e"})


@dataclass(frozen=True)
class Told:
    """Stems that levels begin with or hold, codes that they are, and how plain these are.

    Parameters
    ----------
    stems : tuple of str
        Parts of a level that tell the kind by themselves.
    codes : frozenset of str
        Whole levels that tell it only where the name of the column does too.
    """

    stems: tuple[str, ...]
    codes: frozenset[str] = frozenset()

    def says(self, text: str) -> bool:
        """Whether a level is of the kind, whatever its column is called."""
        plain = f" {_plain(text)} "
        return any(stem in plain for stem in self._spaced)

    def names(self, header: str) -> bool:
        """Whether the words of a column's name are of the kind, and of no product's."""
        plain = f" {header} "
        return any(stem in plain for stem in self._naming)

    def may_say(self, text: str) -> bool:
        """Whether a level is of the kind in a column that may be."""
        return _plain(text) in self.codes or self.says(text)

    @cached_property
    def _naming(self) -> tuple[str, ...]:
        long = (stem for stem in self._spaced if len(stem.strip()) > _SHORT)
        return tuple(stem for stem in long if stem.strip() not in _OF_SHOPS)

    @cached_property
    def _spaced(self) -> tuple[str, ...]:
        return tuple(map(_spaced, self.stems))


def _spaced(stem: str) -> str:
    """Set a stem into blanks: *inside of a word, at its beginning, or, if short, alone."""
    if stem.startswith("*"):
        return stem[1:]
    return f" {stem} " if len(stem) <= _SHORT else f" {stem}"


def _told(stems: str, codes: str = "") -> Told:
    def split(text: str) -> list[str]:
        return [part.strip() for part in text.split(",") if part.strip()]

    return Told(tuple(split(stems)), frozenset(split(codes)))


def _plain(text: str) -> str:
    small = re.sub(r"(?<=\w)-(?=\w)", " ", text.lower().translate(_LETTERS))
    return " ".join(re.findall(r"[^\W_]+|[+-]", small))


LEVELS = {
    "religion": _told(
        "evangel,protestant,*katholi,*catholic,orthodox,muslim,moslem,islam,sunni,shia,jued,"
        "jewish,judaism,jude,hindu,buddhis,sikh,christian,christlich,konfessionslos,atheis,"
        "agnosti,lutheran,luther,baptist,methodist,mormon,pentecost,anglican,presbyterian,alevit,"
        "jehovah,zeugen jehovas,church of,reformiert,ohne bekenntnis",
        "ev,rk,ak,vd,is,lt,rf,ev luth,roem kath,kath,prot,cath,musl,jew,budd,ev ref",
    ),
    "health": _told(
        "diabet,asthma,hyperton,hypertens,bluthochdruck,depressi,migraen,migraine,arthrit,"
        "arthrose,copd,krebs,cancer,tumor,karzinom,carcinoma,epilep,demenz,dementia,alzheimer,"
        "parkinson,schizo,rueckenleiden,herzinf,heart disease,heart attack,stroke,schlaganfall,"
        "allerg,hiv,hepatit,pneumon,bronchi,neurodermit,eczema,psoriasis,rheuma,osteopor,anaemi,"
        "anemia,insomnia,anxiety,angststoer,burnout,adhs,adhd,autis,multiple skler,multiple scler,"
        "morbus,metformin,insulin,ramipril,bisoprolol,ibuprofen,lisinopril,atorvastatin,"
        "simvastatin,albuterol,aspirin,paracetamol,amlodipin,omeprazol,pantoprazol,levothyrox,"
        "l thyrox,sertralin,penicillin,pollen,hausstaub,erdnuss,nuesse,peanut,latex,laktose,"
        "lactose,gluten,wheelchair,rollstuhl,sehbehind,gehbehind,schwerbehind,pregnan,schwanger,"
        "smoker,raucher,covid",
        "yes,no,ja,nein,healthy,gesund,ill,sick,krank,excellent,good,fair,poor,gut,mittel,schlecht",
    ),
    "ethnicity": _told(
        "caucasian,african american,black or african,hispanic,latino,latina,asian american,"
        "mixed race,white british,white irish,pacific islander,native american,american indian,"
        "black african,black caribbean,afrikanisch,arabisch,*osteuropaeisch,*asiatisch,*stuemmig,"
        "kaukasisch,roma,sinti,kurdisch,maori,aborigin,inuit",
        "white,black,asian,mixed,multiracial,indian,african,arab,chinese,other,turkish,tuerkisch,"
        "deutsch,german,weiss,schwarz,w,b,a,h,o,middle eastern,hawaiian",
    ),
    "politics": _told(
        "cdu,csu,spd,afd,fdp,buendnis 90,gruene,die linke,bsw,freie waehler,democrat,republican,"
        "libertarian,labour party,conservative party,tories,liberal democrat,lib dem,ukip,"
        "reform uk,snp,plaid cymru,oevp,spoe,fpoe,neos,svp,front national,rassemblement national,"
        "psoe,vox,podemos,vvd,pvv,d66",
        "labour,conservative,conservatives,tory,green,greens,independent,linke,dem,rep,ind,lib,d,"
        "r,u,npa,left,right,centre,center,liberal,moderate,links,rechts,mitte",
    ),
    "trade union": _told(
        "ver di,verdi,ig metall,ig bce,gew,ngg,evg,gdp,ig bau,unison,unite,gmb,teamsters,afl cio,"
        "seiu,uaw,cgt,cfdt,ccoo,ugt,fnv,oegb,marburger bund,usdaw",
        "member,mitglied",
    ),
    "sexual life": _told(
        "*heterosexu,*homosexu,*bisexu,lesbi,*lesbisch,*asexual,pansex,transgender,queer,schwul",
        "straight,gay,hetero,homo,bi,h,g,l,b",
    ),
    "genetic": _told(
        "*brca,*apoe4,faktor v,factor v,cftr,mthfr,hla b,trisom",
        "positive,negative",
    ),
    "criminal record": _told(
        "misdemeanor,misdemeanour,felony,diebstahl,betrug,koerperverletz,theft,burglary,assault,"
        "dui,robbery,fraud conviction,vorbestraft,convicted,haftstrafe,bewaehrung",
        "yes,no,clean,fraud",
    ),
}
"""By kind. Blood groups and codes of diseases have a form: see `is_blood` and `is_disease_code`."""

_BLOOD = re.compile(r"(?:A|B|AB|0|O) ?(?:\+|-|−|pos\.?|neg\.?|rh ?[+-])", re.IGNORECASE)
_SURE_BLOOD = re.compile(r"(?:AB|0|O) ?(?:\+|-|−|pos\.?|neg\.?|rh ?[+-])", re.IGNORECASE)
_DISEASE = re.compile(r"[A-TV-Z]\d[0-9A-B](?:\.[0-9A-Z]{1,4})?[A-Z]?")
_OLD_DISEASE = re.compile(r"\d{3}(?:\.\d{1,2})?|[VE]\d{2,3}(?:\.\d{1,2})?")
_SURE_DISEASE = re.compile(r"[A-TV-Z]\d[0-9A-B]\.[0-9A-Z]{1,4}")


def is_blood(text: str) -> bool:
    """Whether a text is a blood group: A+, 0-, AB pos.

    Examples
    --------
    >>> is_blood("AB+"), is_blood("A+"), is_blood("AA+")
    (True, True, False)
    """
    return _BLOOD.fullmatch(text.strip()) is not None


def is_sure_blood(text: str) -> bool:
    """Whether it is one that is no grade: grades have no 0, O or AB."""
    return _SURE_BLOOD.fullmatch(text.strip()) is not None


def is_disease_code(text: str) -> bool:
    """Whether a text is of the form of ICD-10, with its point or without."""
    return _DISEASE.fullmatch(text.strip()) is not None


def is_sure_disease_code(text: str) -> bool:
    """Whether it has the point of ICD-10, which codes of products hardly have."""
    return _SURE_DISEASE.fullmatch(text.strip()) is not None


def is_old_disease_code(text: str) -> bool:
    """Whether a text is of the form of ICD-9, or of ICD-10: figures, so the name must say it.

    Examples
    --------
    >>> is_old_disease_code("250.83"), is_old_disease_code("V27"), is_old_disease_code("ok")
    (True, True, False)
    """
    return is_disease_code(text) or _OLD_DISEASE.fullmatch(text.strip()) is not None
