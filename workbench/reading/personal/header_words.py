"""What columns of people are called, in English and German, and some in French, Spanish, Dutch.

Words are whole words of a name ("e mail" are two side by side), stems are parts of it, long
enough to stand in no other word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from workbench.reading.personal.headers import Header


@dataclass(frozen=True)
class Called:
    """The names of a kind of column: one of these words, or one of these stems."""

    words: tuple[str, ...]
    stems: tuple[str, ...] = ()

    @cached_property
    def _set(self) -> frozenset[str]:
        return frozenset(self.words)  # a table may have thousands of columns

    def calls(self, header: Header) -> bool:
        """Whether a column of this name may be of the kind."""
        return header.has(self._set) or header.holds(self.stems)


def _called(words: str, stems: str = "") -> Called:
    return Called(tuple(w.strip() for w in words.split(",")), tuple(stems.split()))


DIRECT_NAMES = {
    "e-mail": _called(
        "mail,e mail,mailto,login,user name,username,smtp addr,correo,courriel",
        "email mailadr mailaddr elektronischepost",
    ),
    "iban": _called("iban,bank account,bank acct,kto,sepa kto", "iban bankverbindung bankaccount"),
    "phone": _called(
        "phone,phones,tel,tele,telf,telefon,telephone,mobil,mobile,handy,cell,fax,gsm,msisdn,"
        "whatsapp,sms no,movil,portable,telefoon,mobilfunk,festnetz",
        "telefon telephone phonenum phoneno mobilenum mobileno mobilnr mobilnum handynr handynum "
        "rufnummer rufnr mobiltel telnr telnum cellphone mobilephone homephone telefono",
    ),
    "card number": _called(
        "pan,ccnum,cc num,cc number,cc no,cc nr,card number,card no,card num,card nr,karten nr,"
        "kartennr,kk nummer,kk nr,kknr,credit card,kreditkarte",
        "kreditkartennum kreditkartennr kartennum kartennr creditcardn cardnum ccnum",
    ),
    "birth date": _called(
        "dob,birth,birthday,geb,gebdat,gbdat,gebtag,bday,d o b,born,nacimiento,naissance",
        "birthdate birthday birthdt dateofbirth geburtsdat geburtstag gebdat datumgeb gebdatum "
        "fechanac datenais geboortedatum",
    ),
    "street": _called(
        "street,str,strasse,stras,addr,address,adresse,anschrift,road,rue,calle,straat,hausnr,"
        "hausnummer,house no,house number,addr 1,address 1",
        "strasse streetaddr streetname anschrift lieferadresse rechnungsadresse addressline "
        "adresszeile hausnummer hausnr wohnadresse direccion straatnaam",
    ),
    "ip address": _called(
        "ip,ips,ipv,ipaddr,remote addr,remote host",
        "ipaddress ipadress remoteaddr clientip",
    ),
    "tax or social security number": _called(
        "aadhar,aadhaar,cpf,curp,ssn,ss no,sin,nino,tin,idnr,stidnr,stidn,steuer id,steuer nr,"
        "steuernr,tax id,taxid,tax number,tax no,sv nummer,sv nr,svnr,vsnr,rvnr,rv nummer,rv nr,"
        "ahv,dni,nie,nif,bsn,nir,insee,pesel,codice fiscale,pension ins no,uid nr",
        "socialsecur socialinsur nationalinsur sozialversicherungsn rentenversicherungsn "
        "steueridentif steuerlicheidentif steuernummer steuerid steueridnr taxpayerid "
        "versicherungsnr pensioninsurancen svnummer ahvnummer burgerservice",
    ),
    "passport": _called(
        "passport,pass nr,passnr,ausweis,ausweisnr,id card,identity card,perso,driver license,"
        "drivers,drivers license,driving licence,fuehrerschein,pasaporte,passeport",
        "passport reisepass ausweisn personalausweis persoausweis idcardn driverlicen "
        "driverslicen drivinglicen fuehrerscheinn",
    ),
    "licence plate": _called(
        "plate,plate no,plate number,number plate,license plate,licence plate,kennzeichen,kfz kz,"
        "kfz kennz,amtl kennz,vin,fin,fahrgestellnr,vehicle registration,matricula",
        "licenseplate licenceplate numberplate kfzkennz autokennz amtlichesk fahrgestelln "
        "vehicleregistration",
    ),
}
"""Kinds whose values are looked at as well."""

FIRST_NAMES = _called(
    "vorname,vname,firstname,first name,fname,forename,given name,rufname,vorna,namev,prenom,"
    "voornaam,nombre,christian name",
    "vorname firstname givenname forename prenom voornaam",
)
LAST_NAMES = _called(
    "nachname,lastname,last name,lname,surname,zuname,nname,nachn,family name,familienname,"
    "apellido,apellidos,achternaam,maiden name,maiden,mothers maiden,geburtsname,nom de famille",
    "nachname lastname surname familienname familyname geburtsname maidenname apellido achternaam",
)
WHOLE_NAMES = _called(
    "full name,fullname,customer name,client name,contact name,contact person,account holder,"
    "card holder,cardholder,recipient,empfaenger,ansprechpartner,kontaktperson,kontoinhaber,"
    "ktoinhaber,inhaber,kunde,kundenname,versicherter,patient,patient name,patientname,"
    "employee name,member name,user full name,billing name,shipping name,buyer name,policy holder,"
    "beneficiary,titulaire,vor und nachname,mieter,halter,spouse,ehepartner,zahlungspflichtiger,"
    "zahler,auftraggeber,antragsteller,absender,spender,gast,fahrer,mitarbeiter,betreuer,"
    "eigentuemer,besitzer,schueler,payer,sender,donor,guest,driver,owner,applicant,borrower,"
    "tenant,student,employee,manager,agent,advisor",
    "fullname customername clientname contactperson accountholder cardholder kundenname "
    "ansprechpart kontaktperson kontoinhaber ktoinhaber patientname billingname shippingname "
    "recipientname empfaengername versicherungsnehmer policyholder mitarbeitername employeename",
)
NAMES_ALONE = frozenset(
    (
        *("name", "names", "nom", "naam", "vollname", "displayname", "display name", "first"),
        *("last", "middle", "maiden", "given", "family", "vor", "nach"),
    )
)
OF_SOMEBODY = ("name", "namen")
"""Words at the end of a column's name that may be of a person: the values decide."""

HOUSES = _called("hausnummer,hausnr,haus nr,house no,house number,house nr,huisnummer")

_WHO = (
    "customer customers client user member contact partner household person patient employee "
    "subscriber visitor cookie device kunde kunden mitglied mitglieds partner personal haushalt "
    "patienten teilnehmer cust kd lead account konto crm loyalty shopper buyer donor spender emp "
    "mitarbeiter staff worker student schueler matrikel guest gast passenger applicant borrower "
    "tenant mieter debitor debitoren insured policyholder driver fahrer voter citizen resident "
    "nutzer benutzer"
)
_NUMBERED = "id ids no nr nbr num number nummer key uuid guid kennung code"
IDENTIFIERS = Called(
    (
        *(f"{who} {number}" for who in _WHO.split() for number in _NUMBERED.split()),
        *("national id", "citizen id", "ausweis nr", "crm id"),
    ),
    (
        *("matrikeln", "debitorn", "debitorenn", "employeeno", "studentid"),
        *("kundennummer", "kundennr", "kundenid", "kundeid", "kunnr", "kdnr", "kdnummer"),
        *("mitgliedsn", "mitgliedn", "personaln", "patientenn", "haushaltsn", "versichertenn"),
        *("customerid", "customerno", "customernum", "customernr", "customerkey", "clientid"),
        *("userid", "memberid", "memberno", "contactid", "householdid", "householdkey"),
        *("devicefingerprint", "browserfingerprint"),
        *("subscriberid", "subscriberkey", "patientid", "employeeid", "visitorid", "cookieid"),
        *("deviceid", "partnernr", "partnernum", "loyaltyid", "accountid", "advertisingid"),
    ),
)
LOGINS = _called(
    "username,user name,login,login name,nickname,screen name,nutzername,nutzernamen,benutzername,"
    "handle,twitter,instagram,skype",
    "username nutzername benutzername screenname",
)
"""Names that people give themselves: texts, and each its own."""

NO_PERSON_NUMBERED = ("campaign", "kampagne", "product", "artikel", "store", "filiale", "order")

SPECIAL_NAMES = {
    "religion": _called(
        "religion,religions,faith,belief,glaube,konf,konfe,relig,relgn,church,kirsm,kist,"
        "kirchensteuer,denomination,godsdienst",
        "religi konfession relgn kirchensteuer glaubens denomination kirchenzug",
    ),
    "health": _called(
        "patient,rh factor,rhesus,fehltage,diagnosis,diagnoses,diagnose,diagnosen,icd,illness,"
        "disease,disabled,disability,pregnant,pregnancy,smoker,smoking,raucher,rauchen,gdb,bmi,"
        "allergy,allergies,allergen,medication,medications,meds,anamnese,blutgruppe,blutgr,"
        "blutgrp,handicapped,hiv,vaccinated,geimpft,impfstatus,pflegegrad,pflegebed,schwbeh,"
        "befund,enfermedad,maladie,grossesse,embarazada,cholesterol,blood pressure,glucose,"
        "therapy,therapie,symptom,symptoms,sick days,medical condition,medical conditions,"
        "health condition,health status,health issue,health issues,medical history,abo rh,"
        "diabetic,heart disease,tobacco,glu serum,nikotin",
        "diagnos krankheit erkrank krankenst krankentag schwanger behinder disabilit pregnan "
        "bloodtype bloodgroup blutgruppe medikament medikation dauermedik arzneimittel allerg "
        "unvertraeglich gesundheitsz gesundheitst pflegestufe pflegegrad pflegebed "
        "healthcondition healthstatus healthissue medicalcond medicalhist illness disease "
        "schwerbehind smoker raucher medication vaccinat impfstatus icd10 a1cresult hba1c "
        "sickdays sickleave mentalhealth",
    ),
    "ethnicity": _called(
        "caste,ethnicity,ethnic,ethnie,ethnisch,ethn,skin colour,skin color,hautfarbe,volksgruppe,"
        "migration background,migr hintergr,ethnic minority,minority status,is minority,minority",
        "ethnic ethnie ethnisch migrationsh volksgruppe abstammung hautfarbe skincolo raceethnic "
        "minoritystatus isminority",
    ),
    "politics": _called(
        "political,politics,politisch,politische,partei,party affiliation,party affil,party reg,"
        "party registration,party id,parteibuch,wahlpraeferenz,vote intention,voting intention,"
        "voter registration,wahlabsicht,sonntagsfrage",
        "political politisch parteimit parteizug parteibuch parteipr partyaffil partyreg "
        "voteintent votingintent wahlpraef wahlabsicht voterreg",
    ),
    "trade union": _called(
        "trade union,labor union,labour union,union member,union membership,union name,"
        "gewerkschaft,gewerksch,gewerk mitgl,syndicat,sindicato,vakbond",
        "gewerksch tradeunion laborunion labourunion unionmember unionname gewerkmitgl",
    ),
    "sexual life": _called(
        "sexual,sexuell,sexuelle,sexuality,sexualitaet,lgbt,lgbtq,sex orient,transgender",
        "sexualor sexuelleor sexuality sexualitaet lgbt sexorient sexlife",
    ),
    "biometric": _called(
        "biometric,biometrics,biometrisch,biometrisches,biom,fingerprint,fingerabdruck,iris scan,"
        "irisscan,voiceprint,face template,face embedding",
        "biometr fingerabdruck fingerprint irisscan voiceprint faceembed facetempl faceprint "
        "gesichtserk biomtempl",
    ),
    "genetic": _called(
        "genetic,genetics,genetisch,genetischer,genotype,genome,genom,dna,gentest,gen test,brca,"
        "genbefund,haplotype",
        "genetic genetisch genotyp gentest genbefund dnamark dnaanalys dnatest",
    ),
    "criminal record": _called(
        "criminal,conviction,convictions,convicted,felony,offense,offence,priors,recid,recidivism,"
        "is recid,arrested,jail,prison,incarcerated,haft,inhaftiert,vorstrafe,vorstrafen,"
        "fuehrungszeugnis,strafregister,strafreg,straftat,arrests,casier",
        "criminal vorstraf fuehrungszeug strafreg straftat conviction offensetype offencetype",
    ),
}
"""Kinds whose name is enough where the values may be codes of it, or yes and no."""

DOUBTFUL_NAMES = {
    "ethnicity": _called("race,herkunft,origin,descent,raza"),
    "politics": _called("party,vote,voted,voter"),
    "trade union": _called("union,unions"),
    "sexual life": _called("orientation,orientierung,preference"),
    "health": _called("diag,dx,rx,health,gesundheit,condition,drug,drugs,treatment,care"),
    "genetic": _called("gene,gen,marker"),
    "religion": _called("confession,kirche,temple"),
    "criminal record": _called("record,crime"),
}
"""Words that mean other things as well: the values have to say so too."""

COUNTED = (
    *("krankheitstage", "krankentage", "krankenstand", "sickdays", "sickleave", "fehltage"),
    *("priors", "vorstrafen", "convictions", "arrests"),
)
"""Parts of a name of which a count tells as much as the thing itself."""

PLAINER = _called(
    "race,raza,caste,party,vote,voted,voter,orientation,orientierung,health,gesundheit"
)
"""Those of them beside which codes say enough, such as W and B, or good and poor."""

PROXY_NAMES = {
    "proxy postcode": _called(
        "plz,zip,zipcode,postcode,post code,postal code,postleitzahl,pstlz,post code 1,"
        "codigo postal,code postal,postal,zip 4,eircode",
        "postleitz postcode zipcode postalcode codigopostal codepostal",
    ),
    "proxy nationality": _called(
        "nationality,nationalitaet,natio,citizenship,citizen,staatsangehoerigkeit,"
        "staatsbuergerschaft,birth country,country of birth,geburtsland,nacionalidad,nationalite",
        "nationalit staatsangeh staatsbuerg citizenship geburtsland birthcountry countryofbirth",
    ),
    "proxy language": _called(
        "language,sprache,spras,locale,lang,idioma,langue,taal,mother tongue,muttersprache",
        "language sprache muttersprach mothertongue",
    ),
    "proxy marital status": _called(
        "marital,marital status,familienstand,famst,married,verheiratet,civil status,zivilstand,"
        "estado civil,etat civil,marriage",
        "marital familienst civilstatus zivilstand",
    ),
    "proxy gender": _called(
        "gender,sex,geschlecht,gesch,gschl,anrede,anred,salutation,sexo,sexe,geslacht,title,titel,"
        "civilite",
        "gender geschlecht anrede salutation sexdesc",
    ),
    "proxy age": _called(
        "age,alter,ages,lebensalter,altersgruppe,altersklasse,age group,agegroup,age band,"
        "agerange,yob,jahrgang,birth year,birthyear,geburtsjahr,gebjahr,year birth,edad,leeftijd",
        "geburtsjahr gebjahr birthyear yearofbirth yearbirth lebensalter altersgr altersklasse "
        "agegroup ageyears ageband agerange alterinj kundenalter customerage userage",
    ),
    "proxy place": _called(
        "latitude,longitude,lat,lon,lng,geo lat,geo lon,breitengrad,laengengrad,geohash",
        "latitude longitude breitengrad laengengrad geohash",
    ),
}

MEASURED = Called(
    (
        *("count", "counts", "cnt", "anz", "anzahl", "num", "total", "totals", "sum", "summe"),
        *("avg", "mean", "rate", "ratio", "share", "anteil", "quote", "pct", "ctr", "qty"),
        *("clicks", "click", "klicks", "klick", "opens", "open", "opened", "sent", "bounce"),
        *("days", "tage", "since", "seit", "recency", "spend", "umsatz", "revenue", "rev"),
        *("sales", "amount", "betrag", "price", "preis", "cost", "kosten", "budget", "bill"),
        *("bought", "purchases", "orders", "kaeufe", "views", "visits", "besuche", "seen"),
        *("length", "laenge", "score", "scorewert", "products", "produkte", "product", "items"),
        *("category", "kategorie", "opt", "optin", "optout", "consent", "einwilligung"),
        *("permission", "allowed", "erlaubt", "verified", "valid", "geprueft", "campaign"),
        *("kampagne", "newsletter", "sperre", "touches", "changes", "contacts", "kontakte"),
        *(
            "room",
            "gekauft",
            "buecher",
            "produkte",
            "coupon",
            "voucher",
            "flag used",
            "booked",
            "books",
            "accessories",
            "beauty",
            "food",
        ),
        *(
            "expression",
            "store",
            "stores",
            "sq",
            "size",
            "joins",
            "calls",
            "anrufe",
            "toys",
            "cinema",
        ),
    ),
    (
        *("anzahl", "klick", "click", "umsatz", "oeffnung", "purchas", "bounce", "newsletter"),
        *(
            "dayssince",
            "tageseit",
            "optin",
            "optout",
            "einwillig",
            "revenue",
            "openrate",
            "gekauft",
        ),
    ),
)
"""Words of a column that counts, or tells of mails and shops: it says nothing of a person."""

NOT_PEOPLE = Called(
    (
        *("product", "produkt", "artikel", "article", "item", "store", "filiale", "shop", "brand"),
        *(
            "marke",
            "campaign",
            "kampagne",
            "kampagnen",
            "aktion",
            "aktions",
            "city",
            "ort",
            "stadt",
        ),
        *("region", "company", "firma", "employer", "list", "file", "page", "category", "style"),
        *("channel", "kanal", "segment", "hotel", "horse", "pet", "dog", "hund", "pferd", "school"),
        *("event", "promo", "subject", "betreff", "lineitem", "sku", "color", "colour", "farbe"),
    ),
    ("produkt", "product", "artikel", "kampagne", "campaign", "filial", "storename", "companyn"),
)
"""Words of a column whose names are of things."""

OF_THINGS = (
    *("account", "konto", "contract", "vertrag", "vertrags", "cart", "order", "device", "car"),
    *("vehicle", "domain", "tenure", "house", "building", "company", "store", "product", "web"),
)
"""What else has an age, or a language, without being a person."""
