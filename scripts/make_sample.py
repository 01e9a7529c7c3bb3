"""Write synthetic OneRoster drops: the bundled sample, or a district of any size.

    python scripts/make_sample.py
        (re)writes sample/landing, byte for byte the same each time

    python scripts/make_sample.py --students 100000 --landing /tmp/landing --second-drop --faulty-share 0.01
        writes a district of 100,000 students into a landing zone of its own

The sample tells one story: Contoso (OneRoster 1.1) over two school years, the third drop of the second year full of
deliberate faults (see FAULTS), the fourth corrected; and Fabrikam (OneRoster 1.2). All people are invented: their names
are combined from lists of common given and family names.
"""

import argparse
import copy
import csv
import hashlib
import io
import shutil
import uuid
from pathlib import Path
from typing import NamedTuple

DISTRICT_DROPS = ["20260901T060000Z", "20260902T060000Z"]
SAMPLE = Path(__file__).resolve().parent.parent / "sample" / "landing"

# What OneRoster asks for

COLUMNS = {
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "orgs": "name type identifier parentSourcedId",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "classes": "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects"
    " subjectCodes periods",
    "users": "enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier email sms"
    " phone agentSourcedIds grades password",
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "demographics": "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican"
    " nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity"
    " countryOfBirthCode stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus",
}
COLUMNS_1_2 = COLUMNS | {
    "users": "enabledUser username userIds givenName familyName middleName identifier email sms phone agentSourcedIds"
    " grades password userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName"
    " primaryOrgSourcedId pronouns",
    "roles": "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
    "userProfiles": "userSourcedId profileType vendorId applicationId description credentialType username password",
    "resources": "vendorResourceId title roles importance vendorId applicationId",
}
MANIFEST = (
    "academicSessions categories classes classResources courses courseResources demographics enrollments lineItems orgs"
    " resources results users"
).split()
MANIFEST_1_2 = MANIFEST + (
    "lineItemLearningObjectiveIds lineItemScoreScales resultLearningObjectiveIds resultScoreScales roles scoreScales"
    " userProfiles userResources"
).split()
DIRECTORY_COLUMNS = "id userPrincipalName mail displayName givenName surname accountEnabled officeFloor".split()
GRADES = ["KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"]

# Names and places

NAMES = [  # given names, family names
    ("Amelia Ben Chloe Dylan Ella Finn Grace Henry", "Baker Carter Fletcher O'Connor Smith-Jones Turner Walker"),
    ("Aoife Cian Niamh Oisín Siân Rhys", "O'Brien MacLeod O'Dowd ap-Huw Griffiths D'Arcy"),
    ("Lucía Mateo Sofía Iñaki Belén Raúl", "Núñez Ibáñez Muñoz Peña Garzón"),
    ("Jürgen Käthe Lukas Mia Sören Zoë", "Müller Groß Schäfer Weiß Köhler"),
    ("Zoé Léa Noël François Anaïs Théo", "Lefèvre Bélanger D'Amours Gagné L'Écuyer"),
    ("Łukasz Zofia Jiří Božena Žofie Michał", "Wójcik Dvořák Żak Novák Dąbek"),
    ("Gülşen İbrahim Çağla Işık Ömer", "Yılmaz Öztürk Şahin Çelik"),
    ("Ánh Đức Hương Tuấn Ngọc", "Nguyễn Trần Đặng Phạm"),
    ("Анна Дмитро Ольга Максим Юлія Софія", "Коваленко Мельник Ткаченко Бондаренко"),
    ("Ελένη Γιώργος Μαρία Νίκος Άννα", "Γεωργίου Νικολάου Αντωνίου Δημητρίου"),
    ("ليلى عمر فاطمة يوسف نور", "حداد منصور الخطيب نجار"),
    ("נועה איתן תמר יעל אורי", "כהן לוי מזרחי פרץ"),
    ("आरव दिया ईशान काव्या मीरा", "शर्मा वर्मा गुप्ता नायर"),
    ("伟 芳 子涵 宇轩 欣怡", "王 李 张 欧阳"),
    ("さくら 陽翔 美咲 ケンジ 葵", "佐藤 鈴木 高橋 田中"),
    ("서연 민준 지우 하은 도윤", "김 이 박 최"),
]
NAMES = [(given.split(), family.split()) for given, family in NAMES]
BIRTH_PLACES = [  # city, state, country
    ("Redmond", "WA", "US"), ("Seattle", "WA", "US"), ("Portland", "OR", "US"), ("Redmond", "WA", "US"),
    ("São Paulo", "", "BR"), ("Kraków", "", "PL"), ("서울", "", "KR"), ("Αθήνα", "", "GR"), ("القاهرة", "", "EG"),
]
RACES = [
    "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican", "nativeHawaiianOrOtherPacificIslander",
    "white", "demographicRaceTwoOrMoreRaces",
]

# Contoso: schools, sessions, courses

SCHOOLS = {  # school: its grades
    "org-es": GRADES[:6],
    "org-ms": GRADES[6:9],
    "org-hs": GRADES[9:],
}
SESSIONS = [  # id suffix, title, type, first day, last day (+ marks the second calendar year), parent suffix
    ("", "School Year", "schoolYear", "08-17", "+06-11", None),
    ("-s1", "Fall Semester", "semester", "08-17", "12-18", ""),
    ("-s2", "Spring Semester", "semester", "+01-04", "+06-11", ""),
    ("-t1", "Term 1", "term", "08-17", "10-16", "-s1"),
    ("-t2", "Term 2", "term", "10-19", "12-18", "-s1"),
    ("-t3", "Term 3", "term", "+01-04", "+03-19", "-s2"),
    ("-t4", "Term 4", "term", "+03-22", "+06-11", "-s2"),
    ("-g1", "Grading Period 1", "gradingPeriod", "08-17", "09-11", "-t1"),
    ("-g2", "Grading Period 2", "gradingPeriod", "09-14", "10-16", "-t1"),
    ("-g3", "Grading Period 3", "gradingPeriod", "10-19", "11-13", "-t2"),
    ("-g4", "Grading Period 4", "gradingPeriod", "11-16", "12-18", "-t2"),
    ("-g5", "Grading Period 5", "gradingPeriod", "+01-04", "+02-05", "-t3"),
    ("-g6", "Grading Period 6", "gradingPeriod", "+02-08", "+03-19", "-t3"),
    ("-g7", "Grading Period 7", "gradingPeriod", "+03-22", "+04-30", "-t4"),
    ("-g8", "Grading Period 8", "gradingPeriod", "+05-03", "+06-11", "-t4"),
]
SUBJECTS = {  # subject key: subject, SCED code, course titles of grades 06 to 12
    "mat": ("Mathematics", "02052", ["Mathematics 6", "Mathematics 7", "Pre-Algebra", "Algebra I", "Geometry",
                                     "Algebra II", "Calculus"]),
    "eng": ("English", "01001", ["English 6", "Reading, Writing and Speaking", "English 8", "English 9",
                                 'World Literature: "The Odyssey" and After', "Writing, Rhetoric and Debate",
                                 'Seminar: "What Is a Story?"']),
    "sci": ("Science", "03051", ["Science 6", "Science 7", "Earth, Space and Climate", "Biology", "Chemistry",
                                 "Physics", "Environmental Science"]),
    "his": ("Social Studies", "04051", [None, None, None, "World History", "Geography", "Civics, Economics and Law",
                                        "Philosophy"]),
    "lan": ("World Languages", "06101", [None, None, None, "Español I", "Français II", "Deutsch III", "中文 IV"]),
}
STAFF = {  # staff id: role, schools, what they teach (a grade of the elementary school, or a subject of a school)
    "stf-01": ("administrator", ["org-district"], []),
    "stf-02": ("administrator", ["org-es"], []),
    "stf-03": ("administrator", ["org-ms"], []),
    "stf-04": ("administrator", ["org-hs", "org-hs-arts"], []),
    **{f"stf-{5 + n:02}": ("teacher", ["org-es"], [f"es-{grade.lower()}"]) for n, grade in enumerate(GRADES[:6])},
    "stf-11": ("teacher", ["org-ms"], ["org-ms mat"]),
    "stf-12": ("teacher", ["org-ms"], ["org-ms eng"]),
    "stf-13": ("teacher", ["org-ms", "org-hs"], ["org-ms sci", "org-hs sci"]),
    "stf-14": ("teacher", ["org-hs"], ["org-hs mat"]),
    "stf-15": ("teacher", ["org-hs"], ["org-hs eng"]),
    "stf-16": ("teacher", ["org-hs"], ["org-hs his"]),
    "stf-17": ("teacher", ["org-hs"], ["org-hs lan"]),
    "stf-18": ("teacher", ["org-es"], ["es-arts"]),
    "stf-19": ("aide", ["org-es"], []),
    "stf-20": ("proctor", ["org-hs"], []),
}
STAFF_NEW_IN_2027 = {"stf-06": "stf-21", "stf-14": "stf-22"}  # who left, who took over

# The deliberate faults of contoso-2027/20260928T060000Z

# Where a line says "rejected", its target is in the drop, but was left out itself.
LEFT_OUT, BLANKED, NOTICE = "record_left_out", "value_left_out", "none"  # the effect; only the first is an error


class Fault(NamedTuple):
    """One value of one record put wrong. `like` names the record a new one is copied from; else the record exists."""

    file: str
    sourced_id: str
    column: str
    value: str
    rule: str
    effect: str
    like: str = ""


FAULTS = [
    Fault("academicSessions", "ses-2027-s1", "parentSourcedId", "ses-2027-t1", "no_cycle", BLANKED),  # and t1's own
    Fault("academicSessions", "ses-2027-s2", "schoolYear", "2026-2027", "plain_year", NOTICE),
    Fault("academicSessions", "ses-2027-t2", "schoolYear", "2026-27", "plain_year", NOTICE),
    Fault("academicSessions", "ses-2027-t3", "startDate", "2027-01-04T00:00:00Z", "date_without_time", NOTICE),
    Fault("academicSessions", "ses-2027-t4", "parentSourcedId", "ses-2027-s3", "references", BLANKED),
    Fault("academicSessions", "ses-2027-g3", "title", "", "required", LEFT_OUT),
    Fault("academicSessions", "ses-2027-g4", "startDate", "11/16/2026", "well_formed_date", LEFT_OUT),
    Fault("academicSessions", "ses-2027-g5", "title", "Grading\nPeriod 5", "one_line", LEFT_OUT),
    Fault("academicSessions", "ses-2027-g6", "schoolYear", "MMXXVII", "well_formed_year", LEFT_OUT),
    Fault("academicSessions", "ses-2027-g7", "type", "trimester", "in_reference_definitions", LEFT_OUT),
    Fault("academicSessions", "ses-2027-g8", "endDate", "2027-04-30", "in_order", LEFT_OUT),
    Fault("orgs", "org-hs-arts", "parentSourcedId", "org-hs-science", "no_cycle", BLANKED),
    Fault("orgs", "org-hs-science", "parentSourcedId", "org-hs-arts", "no_cycle", BLANKED),
    Fault("orgs", "org-ms", "parentSourcedId", "org-state", "references", BLANKED),
    Fault("orgs", "org-es", "identifier", "530-\n1001", "one_line", BLANKED),
    Fault("orgs", "org-annex", "type", "academy", "in_reference_definitions", LEFT_OUT, like="org-hs"),
    Fault("orgs", "org annex 2", "sourcedId", "org annex 2", "well_formed_id", LEFT_OUT, like="org-hs"),
    Fault("orgs", "org-annex-3", "name", "", "required", LEFT_OUT, like="org-hs"),
    Fault("courses", "crs-mat-09", "grades", "09,9th,10", "in_reference_definitions", BLANKED),
    Fault("courses", "crs-mat-10", "schoolYearSourcedId", "ses-2099", "references", BLANKED),
    Fault("courses", "crs-mat-11", "orgSourcedId", "org-state", "references", LEFT_OUT),
    Fault("courses", "crs-annex", "orgSourcedId", "org-annex", "references", LEFT_OUT, like="crs-mat-12"),  # rejected
    Fault("courses", "crs-sci-09", "title", "", "required", LEFT_OUT),
    Fault("courses", "", "sourcedId", "", "required", LEFT_OUT, like="crs-sci-12"),
    Fault("courses", "crs-" + "long-" * 52, "sourcedId", "crs-" + "long-" * 52, "well_formed_id", LEFT_OUT,
          like="crs-sci-12"),
    Fault("courses", "crs:robotics+1", "sourcedId", "crs:robotics+1", "standard_characters", NOTICE, like="crs-sci-12"),
    Fault("classes", "cls-27-mat-07", "location", "Room 12,\nnorth wing", "one_line", BLANKED),
    Fault("classes", "cls-27-mat-08", "grades", "08,eighth", "in_reference_definitions", BLANKED),
    Fault("classes", "cls-27-eng-06", "termSourcedIds", "ses-2027-s1,ses-2027-s9", "references", BLANKED),
    Fault("classes", "cls-27-eng-07", "termSourcedIds", "ses-2027-s8,ses-2027-s9", "references", LEFT_OUT),
    Fault("classes", "cls-27-eng-08", "termSourcedIds", "ses-2027-s1,ses 2027 s2", "well_formed_id", BLANKED),
    Fault("classes", "cls-27-sci-06", "termSourcedIds", "", "required", LEFT_OUT),
    Fault("classes", "cls-27-sci-07", "courseSourcedId", "crs-alchemy", "references", LEFT_OUT),
    Fault("classes", "cls-27-sci-08", "classType", "club", "in_reference_definitions", LEFT_OUT),
    Fault("classes", "cls-27-annex", "schoolSourcedId", "org-annex", "references", LEFT_OUT, like="cls-27-mat-12"),
    Fault("users", "stu-2703", "email", "stu-2703 at contoso.example", "well_formed_email", BLANKED),
    Fault("users", "stu-2704", "email", "s2704@", "well_formed_email", BLANKED),
    Fault("users", "par-2701a", "sms", "12345", "well_formed_phone", BLANKED),
    Fault("users", "par-2701b", "phone", "ask at the office", "well_formed_phone", BLANKED),
    Fault("users", "stu-2705", "userIds", "{LDAP:s2705},LTI=2705", "well_formed_user_id", BLANKED),
    Fault("users", "stu-2706", "grades", "12th", "in_reference_definitions", BLANKED),
    Fault("users", "par-2702", "username", "", "required", BLANKED),  # only a warning for guardians
    Fault("users", "stu-2707", "username", "", "required", LEFT_OUT),
    Fault("users", "stu-2801", "enabledUser", "yes", "well_formed_boolean", LEFT_OUT),
    Fault("users", "stu-2802", "orgSourcedIds", "org-hs,org-state", "references", BLANKED),
    Fault("users", "stu-2803", "orgSourcedIds", "org-state", "references", LEFT_OUT),
    Fault("users", "stu-2804", "agentSourcedIds", "par-2801a,par-9999", "references", BLANKED),
    Fault("users", "stu-2805", "agentSourcedIds", "par 2805", "well_formed_id", BLANKED),
    Fault("users", "stu-2809", "familyName", "Long\nName", "one_line", LEFT_OUT),
    Fault("users", "stu-2807", "middleName", "Line\nBreak", "one_line", BLANKED),
    Fault("users", "stu-3901,stu-3902", "sourcedId", "stu-3901,stu-3902", "well_formed_id", LEFT_OUT, like="stu-3902"),
    Fault("users", "stu-3911", "role", "pupil", "in_reference_definitions", LEFT_OUT, like="stu-3902"),
    Fault("users", "par-3911", "agentSourcedIds", "stu-3911", "references", BLANKED, like="par-3902"),  # rejected
    Fault("users", "stu-3912~ß", "sourcedId", "stu-3912~ß", "standard_characters", NOTICE, like="stu-3902"),
    Fault("enrollments", "enr-27-lan-12-stu-2701", "role", "visitor", "in_reference_definitions", LEFT_OUT),
    Fault("enrollments", "enr-27-lan-12-stu-2702", "role", "", "required", LEFT_OUT),
    Fault("enrollments", "enr-27-lan-12-stu-2703", "classSourcedId", "cls-27-none", "references", LEFT_OUT),
    Fault("enrollments", "enr-27-lan-12-stu-2704", "userSourcedId", "stu-9999", "references", LEFT_OUT),
    Fault("enrollments", "enr-27-lan-12-stu-2705", "userSourcedId", "stu 2705", "well_formed_id", LEFT_OUT),
    Fault("enrollments", "enr-27-lan-12-stu-2706", "schoolSourcedId", "org-state", "references", LEFT_OUT),
    Fault("enrollments", "enr-27-lan-12-stf-17", "primary", "Y", "well_formed_boolean", BLANKED),
    Fault("enrollments", "enr-27-lan-11-stu-2801", "beginDate", "2026-02-30", "well_formed_date", BLANKED),
    Fault("enrollments", "enr-27-lan-11-stu-2802", "endDate", "2027-06-11T00:00:00Z", "date_without_time", NOTICE),
    Fault("enrollments", "enr-27-lan-11-stu-2803", "endDate", "2026-08-01", "in_order", BLANKED),
    Fault("enrollments", "enr-27-es-kg-stu-3911", "userSourcedId", "stu-3911", "references", LEFT_OUT,  # rejected
          like="enr-27-es-kg-stu-3902"),
    Fault("enrollments", "enr-27-annex-stu-2701", "classSourcedId", "cls-27-annex", "references", LEFT_OUT,  # rejected
          like="enr-27-mat-12-stu-2701"),
    Fault("demographics", "stu-2701", "birthDate", "31.12.2008", "well_formed_date", BLANKED),
    Fault("demographics", "stu-2702", "birthDate", "2008-12-30T00:00:00.000Z", "date_without_time", NOTICE),
    Fault("demographics", "stu-2703", "sex", "f", "in_reference_definitions", BLANKED),
    Fault("demographics", "stu-2704", "asian", "Y", "well_formed_boolean", BLANKED),
    Fault("demographics", "stu-2705", "cityOfBirth", "São\nPaulo", "one_line", BLANKED),
    Fault("demographics", "stu-9999", "sourcedId", "stu-9999", "references", LEFT_OUT, like="stu-2706"),
    Fault("demographics", "stu-3911", "sourcedId", "stu-3911", "references", LEFT_OUT, like="stu-3902"),  # rejected
]

REPEATED_LINES = [  # file, record, what its further line says otherwise, rule
    ("classes", "cls-27-his-09", {}, "not_repeated"),
    ("classes", "cls-27-his-10", {"title": "Geography, another one"}, "not_in_conflict"),
    ("users", "stu-2901", {}, "not_repeated"),
    ("users", "stu-2902", {"givenName": "Somebody", "familyName": "Else"}, "not_in_conflict"),
    ("users", "stf-15", {"orgSourcedIds": "org-ms"}, "not_repeated"),  # only another org: the lines are merged
    ("enrollments", "enr-27-lan-10-stu-2901", {}, "not_repeated"),
    ("enrollments", "enr-27-lan-10-stu-2902", {}, "not_repeated"),  # with the next line: A, A, B
    ("enrollments", "enr-27-lan-10-stu-2902", {"role": "teacher"}, "not_in_conflict"),
    ("enrollments", "enr-27-lan-10-stu-2903", {"status": "tobedeleted"}, "blank_in_bulk"),  # the live line counts
    ("demographics", "stu-2901", {}, "not_repeated"),
]

WITHDRAWN = [  # file, record, status: rule blank_in_bulk, and the record counts as absent
    ("users", "par-2703", "inactive"),
    ("enrollments", "enr-27-lan-10-stu-2904", "tobedeleted"),
    ("enrollments", "enr-27-lan-10-stu-2905", "toBeDeleted"),
]

UNREADABLE_LINES = [  # file, record whose line is replaced ("" adds a line), the line: rule readable_line
    ("classes", "cls-27-his-11", b"cls-27-his-11,,,Civics, Economics and Law,11,crs-his-11,his-11,scheduled,Room 3"
     b",org-hs,ses-2027,Social Studies,04051,4"),  # comma not quoted: too many cells
    ("users", "stu-2903", b"stu-2903,,,true,org-hs,student,s2903"),  # too few cells
    ("users", "stu-2904", b'stu-2904,,,true,org-hs,student,s2904,,"Dylan" jr,Carter,,2904,,,,,10,not-a-password'),
    ("enrollments", "enr-27-lan-09-stu-3001", b"enr-27-lan-09-stu-3001,,,cls-27-lan-09"),
    ("demographics", "stu-2903", b"stu-2903,,,2010-04-01,female,false,false,false,false,true,false,false,DE,"
     b",M\xfcnchen,"),  # Latin-1, not UTF-8
    ("demographics", "", b",,,2010-05-01,male"),  # no id: no record of this file turns absent
]

HEADERS = {  # file, column: how the header is spelt
    ("users", "givenName"): "GivenName",  # header_spelling
    ("users", "phone"): " phone ",  # header_spelling
    ("orgs", "sourcedId"): "\ufeffsourcedId",  # header_spelling: byte-order mark
}
EXTRA_COLUMNS = {  # file: header and value of a last column that no standard names: rule known_header
    "users": ("lunchTable", "7"),
    "enrollments": ("", ""),
}
SURPLUS_CELLS = {"classes": {"cls-27-lan-09": 1, "cls-27-lan-10": 2}}  # empty cells too many: rule surplus_cells
FILLED_IN_BULK = ["courses"]  # status and dateLastModified of every record: rule blank_in_bulk
WRONG_MANIFEST = {  # rule manifest_agrees
    "oneroster.version": "1.2",
    "file.demographics": "absent",
    "file.resources": "bulk",
}

# The faults of Fabrikam's second drop, in what only OneRoster 1.2 has.
FAULTS_1_2 = [
    Fault("users", "f-stu-01", "primaryOrgSourcedId", "f-org-9", "references", BLANKED),
    Fault("users", "f-stu-02", "grades", "01,first", "in_reference_definitions", BLANKED),
    Fault("roles", "f-rol-stu-03", "roleType", "tertiary", "in_reference_definitions", LEFT_OUT),
    Fault("roles", "f-rol-stu-04", "role", "juggler", "in_reference_definitions", LEFT_OUT),
    Fault("roles", "f-rol-stf-03", "beginDate", "August", "well_formed_date", BLANKED),
    Fault("roles", "f-rol-stf-04", "endDate", "2025-06-30", "in_order", BLANKED),
    Fault("roles", "f-rol-stf-05", "userProfileSourcedId", "f-pro-99", "references", BLANKED),  # rejected
    Fault("roles", "f-rol-stu-05", "orgSourcedId", "f-org-9", "references", LEFT_OUT),
    Fault("roles", "f-rol-99", "userSourcedId", "f-stu-99", "references", LEFT_OUT, like="f-rol-stu-06"),
    Fault("userProfiles", "f-pro-stu-01", "vendorId", "", "required", LEFT_OUT),
    Fault("userProfiles", "f-pro-stu-02", "description", "two\r\nlines", "one_line", BLANKED),
    Fault("userProfiles", "f-pro-99", "userSourcedId", "f-stu-99", "references", LEFT_OUT, like="f-pro-stu-03"),
]
REPEATED_LINES_1_2 = [
    ("roles", "f-rol-par-01", {}, "not_repeated"),
    ("userProfiles", "f-pro-stu-04", {"username": "someone.else"}, "not_in_conflict"),
]
UNREADABLE_LINES_1_2 = [  # its text holds a password: it must never show up in a report
    ("userProfiles", "f-pro-stu-05", b"f-pro-stu-05,,,f-stu-05,app,fabrikam.example,,,password,stu05,not-a-password,x"),
]

# Building


def pick(options, *key):
    """One of the options, always the same for the same key."""
    digest = hashlib.sha256("|".join(map(str, key)).encode()).digest()
    return options[int.from_bytes(digest[:4], "big") % len(options)]


def name_of(person, family):
    """An invented given and family name; a family shares the second."""
    given, families = pick(NAMES, "tradition", family)
    return {"givenName": pick(given, "given", person), "familyName": pick(families, "family", family)}


def phone_of(person):
    """A number from the range that is kept free for fiction, in one of the usual spellings."""
    last = pick(range(100), "phone", person)
    return pick(["+1 425 555 01{:02}", "(425) 555-01{:02}", "425.555.01{:02}", "+142555501{:02}"], person).format(last)


class Drop:
    """The records of one drop: file -> list of records (column -> text), in file order."""

    def __init__(self, version):
        self.columns = COLUMNS_1_2 if version == "1.2" else COLUMNS
        self.version = version
        self.records = {}
        self.headers = {}  # (file, column) -> how the header is spelt, where not as the standard has it
        self.extra_columns = {}  # file -> header and value of a further column
        self.manifest = {}  # what the manifest says otherwise

    def copy(self):
        return copy.deepcopy(self)

    def add(self, file, sourced_id, **values):
        self.records.setdefault(file, []).append({"sourcedId": sourced_id} | values)

    def get(self, file, sourced_id):
        """The first record with this id, which must be there."""
        for record in self.records[file]:
            if record["sourcedId"] == sourced_id:
                return record
        raise KeyError(f"{file}: no record {sourced_id}")

    def change(self, file, sourced_id, **values):
        self.get(file, sourced_id).update(values)

    def add_like(self, file, like, sourced_id, **values):
        """A new record, else as another one, right behind it."""
        model = self.get(file, like)
        self.records[file].insert(self.records[file].index(model) + 1, model | {"sourcedId": sourced_id} | values)

    def remove(self, file, *sourced_ids):
        for sourced_id in sourced_ids:
            self.records[file].remove(self.get(file, sourced_id))

    def remove_where(self, file, column, value):
        self.records[file] = [record for record in self.records.get(file, []) if record.get(column) != value]

    def person_leaves(self, sourced_id):
        """A person is gone, and so is everything that refers to them."""
        self.remove("users", sourced_id)
        for file, column in [("demographics", "sourcedId"), ("enrollments", "userSourcedId"),
                             ("roles", "userSourcedId"), ("userProfiles", "userSourcedId")]:
            if file in self.records:
                self.remove_where(file, column, sourced_id)
        for user in self.records["users"]:
            agents = user.get("agentSourcedIds", "").split(",")
            user["agentSourcedIds"] = ",".join(agent for agent in agents if agent != sourced_id)

    def person_returns(self, earlier, sourced_id):
        """A person is back, with all they had in an earlier drop."""
        for file, column in [("users", "sourcedId"), ("demographics", "sourcedId"), ("enrollments", "userSourcedId")]:
            self.records[file] += [record for record in earlier.records[file] if record[column] == sourced_id]


def sessions(drop, prefix, year):
    """A school year with its semesters, terms and grading periods."""
    for suffix, title, kind, first, last, parent in SESSIONS:
        start, end = (f"{year if day[0] == '+' else year - 1}-{day.lstrip('+')}" for day in (first, last))
        drop.add(
            "academicSessions", f"{prefix}{year}{suffix}",
            title=f"{year - 1}-{year} {title}", type=kind, startDate=start, endDate=end, schoolYear=str(year),
            parentSourcedId="" if parent is None else f"{prefix}{year}{parent}",
        )


def demographics(drop, student, birth_year, sexes=("female", "male")):
    race = pick(RACES, "race", student)
    city, state, country = pick(BIRTH_PLACES, "place", student)
    drop.add(
        "demographics", student,
        birthDate=f"{birth_year}-{pick(range(1, 13), student):02}-{pick(range(1, 29), 'day', student):02}",
        sex=pick(sexes, "sex", student), **{column: str(column == race).lower() for column in RACES},
        hispanicOrLatinoEthnicity=pick(["true", "false", "false"], "ethnicity", student),
        countryOfBirthCode=country, stateOfBirthAbbreviation=state, cityOfBirth=city,
    )


def contoso_student(drop, year, cohort, number, family):
    """A student of the class that graduates in `cohort`, in the grade this means for the school year."""
    student, login = f"stu-{cohort % 100}{number:02}", f"s{cohort % 100}{number:02}"
    grade = GRADES[12 - (cohort - year)]
    school = next(school for school, grades in SCHOOLS.items() if grade in grades)
    guardians = {1: ["a", "b"], 2: [""], 3: [""], 4: ["a", "b"]}.get(number, [])
    drop.add(
        "users", student, enabledUser=pick(["true"] * 30 + ["false"], "enabled", student), orgSourcedIds=school,
        role="student", username=login, userIds=f"{{LDAP:{login}}},{{SIS:77-{cohort}-{number}}}",
        **name_of(student, family), middleName=pick(["", "", "Alex", "Noor", "Kim"], "middle", student),
        identifier=login[1:], email=f"{login}@contoso.example", grades=grade,
        agentSourcedIds=",".join(f"par-{family}{letter}" for letter in guardians),
    )
    demographics(drop, student, cohort - 18)
    return student, grade, school


def contoso_people(drop, year):
    """Students by graduation class, their parents, and the staff. Ids stay over the years."""
    students = []
    for role_holder, (role, schools, _) in STAFF.items():
        person = STAFF_NEW_IN_2027.get(role_holder, role_holder) if year == 2027 else role_holder
        login = f"t{person[-2:]}"
        drop.add(
            "users", person, enabledUser="true", orgSourcedIds=",".join(schools), role=role, username=login,
            userIds=f"{{LDAP:{login}}}", **name_of(person, person), identifier=f"E{person[-2:]}",
            email=f"{login}@contoso.example", phone=phone_of(person),
        )
    for cohort in range(year, year + 13):
        school_of = {}
        for number in range(1, 10):
            left = year == 2027 and number == 8 and cohort % 3 == 0
            not_yet_come = number == 9 and (year == 2026 or cohort % 2 == 1)
            if left or not_yet_come:
                continue
            family = f"{cohort % 100}{1 if number == 4 else number:02}"  # the fourth is a sibling of the first
            student, grade, school = contoso_student(drop, year, cohort, number, family)
            students.append((student, grade, school))
            school_of[number] = school
        for number, letter, role in [(1, "a", "parent"), (1, "b", "parent"), (2, "", "guardian"), (3, "", "relative")]:
            family = f"{cohort % 100}{number:02}"
            parent = f"par-{family}{letter}"
            children = [f"stu-{family}"] + ([f"stu-{cohort % 100}04"] if number == 1 else [])
            drop.add(
                "users", parent, enabledUser="true", orgSourcedIds=school_of[number], role=role,
                username=f"{parent}@mail.example", **name_of(parent, family), email=f"{parent}@mail.example",
                sms=phone_of(parent), phone=pick(["", phone_of(parent + "home")], "second", parent),
                agentSourcedIds=",".join(children),
            )
    return students


def contoso_courses():
    """Course key, title, school, grades, subject, SCED code."""
    for grade in SCHOOLS["org-es"]:
        title = "Kindergarten" if grade == "KG" else f"Grade {int(grade)} Homeroom"
        yield f"es-{grade.lower()}", title, "org-es", [grade], "Homeroom", "23001"
    yield "es-arts", "Art, Music and Drama", "org-es", SCHOOLS["org-es"], "Art, Music", "05101, 05154"
    for key, (subject, code, titles) in SUBJECTS.items():
        for grade, title in zip(GRADES[6:], titles, strict=True):
            if title:
                yield f"{key}-{grade}", title, "org-ms" if grade < "09" else "org-hs", [grade], subject, code


def contoso(year):
    """Contoso on the first day of a school year."""
    drop = Drop("1.1")
    drop.columns = drop.columns | {"orgs": drop.columns["orgs"] + " metadata.region metadata.founded"}
    district = {"parentSourcedId": "org-district", "metadata.region": "Puget Sound"}
    drop.add("orgs", "org-district", name="Contoso Unified School District", type="district", identifier="5300001",
             **{"metadata.region": "Puget Sound", "metadata.founded": "1911"})
    drop.add("orgs", "org-es", name="Contoso Elementary School", type="school", identifier="530-1001", **district)
    drop.add("orgs", "org-ms", name='Middle School "Zoë Marlow"', type="school", identifier="530-1002", **district)
    drop.add("orgs", "org-hs", name="Contoso High School, Main Site", type="school", identifier="530-1003", **district)
    for key, name in [("arts", "Arts, Music and Drama"), ("science", "Science")]:
        drop.add("orgs", f"org-hs-{key}", name=f"Department of {name}", type="department", parentSourcedId="org-hs")
    sessions(drop, "ses-", year)
    students = contoso_people(drop, year)
    for key, title, school, grades, subject, code in contoso_courses():
        drop.add(
            "courses", f"crs-{key}", schoolYearSourcedId=f"ses-{year}", title=title, courseCode=key.upper(),
            grades=",".join(grades), orgSourcedId=school, subjects=subject, subjectCodes=code,
        )
        a_class = f"cls-{year % 100}-{key}"
        terms = {"org-es": [""], "org-ms": ["-s1", "-s2"], "org-hs": ["-t1", "-t2", "-t3", "-t4"]}[school]
        drop.add(
            "classes", a_class, title=f"{title} (A)", grades=",".join(grades), courseSourcedId=f"crs-{key}",
            classCode=f"{key.upper()}-A", classType="homeroom" if subject == "Homeroom" else "scheduled",
            location=f"Room {pick(range(1, 40), 'room', key)}", schoolSourcedId=school,
            termSourcedIds=",".join(f"ses-{year}{term}" for term in terms), subjects=subject, subjectCodes=code,
            periods=pick(["1", "2", "3,4", "5", "1,6"], "period", key),
        )
        begin = drop.get("academicSessions", f"ses-{year}{terms[0]}")["startDate"]
        teaches = [person for person, (*_, taught) in STAFF.items() if key in taught or f"{school} {key[:3]}" in taught]
        teacher = STAFF_NEW_IN_2027.get(teaches[0], teaches[0]) if year == 2027 else teaches[0]
        drop.add("enrollments", f"enr-{year % 100}-{key}-{teacher}", classSourcedId=a_class, schoolSourcedId=school,
                 userSourcedId=teacher, role="teacher", primary="true", beginDate=begin)
        for student, grade, _ in students:
            if grade in grades:
                drop.add("enrollments", f"enr-{year % 100}-{key}-{student}", classSourcedId=a_class,
                         schoolSourcedId=school, userSourcedId=student, role="student", beginDate=begin)
    return drop


def enroll_like(drop, like, student):
    """Give a student the enrollments of another one."""
    for record in [record for record in drop.records["enrollments"] if record["userSourcedId"] == like]:
        new_id = record["sourcedId"].replace(like, student)
        drop.add_like("enrollments", record["sourcedId"], new_id, userSourcedId=student)


def student_joins(drop, like, student, given, family):
    """A new student in the grade and the classes of another one."""
    login = student.replace("stu-", "s")
    drop.add_like(
        "users", like, student, username=login, userIds=f"{{LDAP:{login}}}", identifier=login[1:], middleName="",
        email=f"{login}@contoso.example", givenName=given, familyName=family, agentSourcedIds="",
    )
    drop.add_like("demographics", like, student, cityOfBirth="Lisboa", stateOfBirthAbbreviation="",
                  countryOfBirthCode="PT")
    enroll_like(drop, like, student)


def contoso_2026_drops():
    """The school year 2025-2026: the start, and February."""
    august = contoso(2026)
    february = august.copy()
    february.person_leaves("stu-3105")
    student_joins(february, "stu-3106", "stu-3110", "Beatriz", "Sá Coutinho")
    february.change("users", "stf-12", familyName="D'Amours-Žak")
    february.change("users", "stu-2906", email="Noor.2906@Contoso.Example")
    return {"20250815T060000Z": august, "20260210T060000Z": february}


def contoso_2027_drops():
    """The school year 2026-2027: first day, changes, a faulty drop, its correction."""
    first = contoso(2027)
    # Two people with one user name: neither may be linked to its directory user.
    first.change("users", "stu-3206", username="s3205", email="s3205@contoso.example")

    second = first.copy()
    for student in ["stu-2806", "stu-3003", "stu-3507"]:  # the second comes back in the fourth drop
        second.person_leaves(student)
    second.person_leaves("stf-19")
    student_joins(second, "stu-2805", "stu-2810", "Inês", "Sá Coutinho")
    student_joins(second, "stu-3402", "stu-3410", "Ada", "van 't Hoff-Jensen")
    student_joins(second, "stu-3902", "stu-3910", "Jean-Noël", "N'Diaye")
    second.add_like("users", "par-3902", "par-3910", role="guardian", username="par-3910@mail.example",
                    email="par-3910@mail.example", givenName="Aïssa", familyName="N'Diaye", agentSourcedIds="stu-3910")
    second.change("users", "stu-3910", agentSourcedIds="par-3910")
    second.change("users", "stf-16", role="administrator")
    second.change("users", "stf-18", familyName="O'Dowd-Niño", email="T18@Contoso.example")
    second.change("users", "stu-3301", grades="6")  # means 06, as before
    second.change("classes", "cls-27-mat-10", location="Room 101, new wing", periods="2, 3")
    second.remove("classes", "cls-27-lan-12")
    second.add("classes", "cls-27-lan-12", **{**first.get("classes", "cls-27-lan-12"), "title": "中文 IV (B)"})
    second.remove("courses", "crs-his-12")
    second.remove("classes", "cls-27-his-12")
    second.remove_where("enrollments", "classSourcedId", "cls-27-his-12")
    second.add_like("courses", "crs-mat-12", "crs-chess", title='Chess: "Openings", Endgames', courseCode="CHESS",
                    grades="09,10,11,12", subjects="Games", subjectCodes="22995")
    second.add_like("classes", "cls-27-mat-12", "cls-27-chess", title="Chess", courseSourcedId="crs-chess",
                    grades="09,10,11,12", classCode="CHESS-A", subjects="Games", subjectCodes="22995")
    for person in ["stf-16", "stu-2701", "stu-2802", "stu-2903", "stu-3004"]:
        second.add("enrollments", f"enr-27-chess-{person}", classSourcedId="cls-27-chess", schoolSourcedId="org-hs",
                   userSourcedId=person, role="teacher" if person == "stf-16" else "student", beginDate="2026-09-07")

    meant = second.copy()  # what the third drop should have said
    student_joins(meant, "stu-3602", "stu-3610", "Mir-Ali", "Zafar")
    meant.person_leaves("stu-3306")
    meant.remove("enrollments", "enr-27-chess-stu-3004")  # back in the fourth drop
    meant.change("users", "stu-2908", email="")
    meant.change("users", "stu-2703", agentSourcedIds="")  # whose guardian the third drop withdraws

    third = meant.copy()
    spoil(third, FAULTS, REPEATED_LINES, UNREADABLE_LINES)
    spoil_more(third)

    fourth = meant.copy()
    fourth.person_leaves("par-2703")
    fourth.person_returns(first, "stu-3003")
    fourth.records["enrollments"].append(second.get("enrollments", "enr-27-chess-stu-3004"))
    student_joins(fourth, "stu-3902", "stu-3911", "Iluka", "O'Shea")  # was a "pupil"
    fourth.add_like("users", "par-3902", "par-3911", username="par-3911@mail.example", email="par-3911@mail.example",
                    givenName="Wren", familyName="O'Shea", agentSourcedIds="stu-3911")
    fourth.change("users", "stu-3911", agentSourcedIds="par-3911")
    fourth.add_like("orgs", "org-hs", "org-annex", name="Contoso High School, Annex", identifier="530-1004")
    fourth.add_like("classes", "cls-27-mat-12", "cls-27-annex", title="Calculus (Annex)", schoolSourcedId="org-annex")
    fourth.add_like("enrollments", "enr-27-mat-12-stu-2701", "enr-27-annex-stu-2701", classSourcedId="cls-27-annex",
                    schoolSourcedId="org-annex")
    return {
        "20260817T060000Z": first,
        "20260907T060000Z": second,
        "20260928T060000Z": third,
        "20261005T060000Z": fourth,
    }


def spoil(drop, faults, repeated_lines, unreadable_lines):
    """Put the deliberate faults into a drop."""
    for fault in faults:
        if fault.like:
            login = f"n{len(drop.records[fault.file])}"  # a copy of a user shall not share the user name
            own = {"username": login, "email": "", "userIds": ""} if fault.file == "users" else {}
            drop.add_like(fault.file, fault.like, fault.sourced_id, **own)
        drop.change(fault.file, fault.sourced_id, **{fault.column: fault.value})
    for file, sourced_id, otherwise, _ in repeated_lines:
        drop.records[file].append(drop.get(file, sourced_id) | otherwise)
    for file, sourced_id, line in unreadable_lines:
        if sourced_id:
            drop.change(file, sourced_id, line=line)
        else:
            drop.add(file, "", line=line)


def spoil_more(drop):
    """What only the 1.1 drop gets: withdrawn lines, odd headers, filled bulk columns, surplus cells, blank line."""
    for file, sourced_id, status in WITHDRAWN:
        drop.change(file, sourced_id, status=status)
    for file in FILLED_IN_BULK:
        for record in drop.records[file]:
            record |= {"status": "active", "dateLastModified": "2026-09-27T21:00:00.000Z"}
    for file, surplus in SURPLUS_CELLS.items():
        for sourced_id, cells in surplus.items():
            drop.change(file, sourced_id, surplus_cells=[""] * cells)
    drop.headers = HEADERS
    drop.extra_columns = EXTRA_COLUMNS
    drop.manifest = WRONG_MANIFEST
    drop.add("courses", "", line=b"")  # a blank line is no record
    drop.change("users", "stf-17", role="TEACHER", enabledUser="True")  # another case is no fault


def fabrikam():
    """Fabrikam in August: OneRoster 1.2, two schools, a person with several roles, values of its own (`ext:`)."""
    drop = Drop("1.2")
    drop.add("orgs", "f-org-0", name="Fabrikam Académie", type="district", identifier="F-0")
    drop.add("orgs", "f-org-1", name="École Fabrikam Nord", type="school", identifier="F-1", parentSourcedId="f-org-0")
    drop.add("orgs", "f-org-2", name="Fabrikam South, \"The Mill\"", type="ext:campus", identifier="F-2",
             parentSourcedId="f-org-0")
    sessions(drop, "f-ses-", 2027)
    drop.add("academicSessions", "f-ses-2027-summer", title="Summer School, 2027", type="ext:summer",
             startDate="2027-06-14", endDate="2027-07-23", parentSourcedId="f-ses-2027", schoolYear="2027")

    def person(key, role, org, family, role_type="primary", grades="", agents="", **role_values):
        user, login = f"f-{key}", key.replace("-", "")
        preferred = {"preferredGivenName": "Sam", "pronouns": "they/them"} if key in ("stu-07", "stf-04") else {}
        drop.add(
            "users", user, enabledUser="true", username=login, userIds=f"{{LDAP:{login}}}", **name_of(user, family),
            identifier=f"F{login}", email=f"{login}@fabrikam.example", phone=phone_of(user), agentSourcedIds=agents,
            grades=grades, userMasterIdentifier=f"master-{login}", primaryOrgSourcedId=org, **preferred,
        )
        drop.add("roles", f"f-rol-{key}", userSourcedId=user, roleType=role_type, role=role, beginDate="2026-08-01",
                 orgSourcedId=org, **role_values)

    staff = ["districtAdministrator", "principal", "counselor", "ext:librarian", "systemAdministrator", "aide"]
    for number, role in enumerate(staff + ["teacher"] * 6, start=1):
        org = "f-org-0" if number in (1, 5) else f"f-org-{1 + number % 2}"
        person(f"stf-{number:02}", role, org, f"f-stf-{number}", endDate="2027-07-31")
    for number in range(1, 37):
        key, org = f"stu-{number:02}", f"f-org-{1 + number % 2}"
        parent = f"f-par-{(number + 2) // 3:02}"  # up to three siblings
        person(key, "student", org, parent, agents=parent, grades=GRADES[1 + number % 2 * 6 + number % 4],
               userProfileSourcedId=f"f-pro-{key}" if number <= 6 else "")
        demographics(drop, f"f-{key}", 2014 - number % 4, ("female", "male", "other", "unspecified", "ext:undisclosed"))
        if number <= 6:
            drop.add("userProfiles", f"f-pro-{key}", userSourcedId=f"f-{key}", profileType="app", description="Reader",
                     vendorId="fabrikam.example", applicationId="reader", credentialType="password",
                     username=f"reader{number}", password="not-a-password")
    for number in range(1, 13):
        children = ",".join(f"f-stu-{child:02}" for child in range(3 * number - 2, 3 * number + 1))
        person(f"par-{number:02}", pick(["parent", "guardian", "relative"], number), "f-org-1", f"f-par-{number:02}",
               agents=children)

    # More than one role: a teacher who is a parent too, one who teaches at both schools, a student who helps out.
    for key, user, role_type, role, org in [
        ("stf-08-b", "f-stf-08", "secondary", "parent", "f-org-1"),
        ("stf-09-b", "f-stf-09", "secondary", "teacher", "f-org-1"),
        ("stu-36-b", "f-stu-36", "secondary", "aide", "f-org-1"),
    ]:
        drop.add("roles", f"f-rol-{key}", userSourcedId=user, roleType=role_type, role=role, orgSourcedId=org,
                 beginDate="2026-08-24", endDate="2026-12-18")

    for number, (key, (subject, code, _)) in enumerate(SUBJECTS.items()):
        for org in (1, 2):
            course, a_class, teacher = f"f-crs-{key}-{org}", f"f-cls-{key}-{org}", f"f-stf-{7 + number:02}"
            drop.add("courses", course, schoolYearSourcedId="f-ses-2027", title=f"{subject}, level {org}",
                     courseCode=f"{key}{org}", grades="01,02,03,04" if org == 1 else "07,08,09,10",
                     orgSourcedId=f"f-org-{org}", subjects=subject, subjectCodes=code)
            drop.add("classes", a_class, title=f"{subject} {org}", courseSourcedId=course, classCode=f"{key}{org}",
                     classType="ext:club" if key == "lan" else "scheduled", schoolSourcedId=f"f-org-{org}",
                     termSourcedIds="f-ses-2027-s1, f-ses-2027-s2", subjects=subject, subjectCodes=code)
            drop.add("enrollments", f"f-enr-{key}-{org}-t", classSourcedId=a_class, schoolSourcedId=f"f-org-{org}",
                     userSourcedId=teacher, role="teacher", primary="true")
            for student in range(1, 37):
                if 1 + student % 2 == org and (student + number) % 3:
                    drop.add("enrollments", f"f-enr-{key}-{org}-{student:02}", classSourcedId=a_class,
                             schoolSourcedId=f"f-org-{org}", userSourcedId=f"f-stu-{student:02}", role="student",
                             primary="false", beginDate="2026-08-24", endDate="2027-06-11")
    drop.add("resources", "f-res-1", vendorResourceId="atlas-1", title="School Atlas", roles="student, teacher")
    return drop


def fabrikam_2027_drops():
    """August, and September without demographics (not delivered), with the faults that only 1.2 knows."""
    august = fabrikam()
    september = august.copy()
    del september.records["demographics"]
    september.person_leaves("f-stu-35")
    september.change("users", "f-stu-07", preferredFamilyName="O'Hara")
    september.change("roles", "f-rol-stf-06", role="teacher")
    september.change("roles", "f-rol-stu-36-b", roleType="primary")
    spoil(september, FAULTS_1_2, REPEATED_LINES_1_2, UNREADABLE_LINES_1_2)
    return {"20260820T030000Z": august, "20260930T030000Z": september}


def directory_users(drops):
    """Directory users of staff and students, some missing, some doubled, some spelt otherwise."""
    rows = []
    for drop, domain in drops:
        for user in drop.records["users"]:
            login, person = user["username"], user["sourcedId"]
            if "par-" in person or pick(range(12), "no account", person) == 0 or not login:
                continue
            address = f"{login}@{domain}"
            if pick(range(9), "case", person) == 0:
                address = address.upper()
            rows.append([address, address, user["givenName"], user["familyName"], "True"])
    taken = {row[0].lower() for row in rows}
    for mail in ["t16@contoso.example", "s2909@contoso.example", "stf07@fabrikam.example", "stu08@fabrikam.example"]:
        twin = ["old." + mail, mail, "Old", "Account", "False"]  # two directory users with one mail
        rows += [twin] if mail in taken else [[mail, mail, "New", "Account", "True"], twin]
    rows.append(["scanner@contoso.example", "", "", "", "True"])  # nobody's
    rows.append(["principal.office@fabrikam.example", "office@fabrikam.example", "", "", "True"])
    unique = {row[0].lower(): row for row in rows}  # a user principal name is unique in a directory
    for key, (name, mail, given, family, enabled) in unique.items():
        yield [str(uuid.uuid5(uuid.NAMESPACE_DNS, key)), name, mail, f"{given} {family}".strip() or name, given, family,
               enabled, "2"]


# Writing


def csv_bytes(rows, line_end):
    """Rows as CSV text; a row that is bytes already is taken as it is."""
    out = io.BytesIO()
    for row in rows:
        if isinstance(row, bytes):
            out.write(row + line_end.encode())
        else:
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator=line_end).writerow(row)
            out.write(text.getvalue().encode())
    return out.getvalue()


def drop_files(drop):
    """The files of a drop: name -> bytes. Contoso ends its lines with LF, Fabrikam with CRLF."""
    line_end = "\r\n" if drop.version == "1.2" else "\n"
    files = {}
    for file, records in drop.records.items():
        columns = ["sourcedId", "status", "dateLastModified"] + drop.columns[file].split()
        extra_header, extra_value = drop.extra_columns.get(file, (None, None))
        more_header, more_value = ([], []) if extra_header is None else ([extra_header], [extra_value])
        rows = [[drop.headers.get((file, column), column) for column in columns] + more_header]
        for record in records:
            cells = [record.get(column, "") for column in columns] + more_value + record.get("surplus_cells", [])
            rows.append(record.get("line", cells))
        files[f"{file}.csv"] = csv_bytes(rows, line_end)
    names = MANIFEST_1_2 if drop.version == "1.2" else MANIFEST
    properties = {"manifest.version": "1.0", "oneroster.version": drop.version}
    properties |= {f"file.{name}": "bulk" if name in drop.records else "absent" for name in names}
    properties |= {"source.systemName": "Synthetic sample"} | drop.manifest
    files["manifest.csv"] = csv_bytes([["propertyName", "value"], *properties.items()], line_end)
    return files


def land(folder, files):
    """Write a drop under another name first, so that it is complete or not there."""
    if folder.exists():
        raise SystemExit(f"{folder} is already there; choose an empty landing zone.")
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name, content in files.items():
        (partial / name).write_bytes(content)
    partial.rename(folder)


def write_sample(landing):
    """The bundled landing zone; elsewhere than in its own folder, nothing is overwritten."""
    flows = {
        "contoso-2026": contoso_2026_drops(),
        "contoso-2027": contoso_2027_drops(),
        "fabrikam-2027": fabrikam_2027_drops(),
    }
    people = [
        (flows["contoso-2027"]["20260907T060000Z"], "contoso.example"),
        (flows["fabrikam-2027"]["20260820T030000Z"], "fabrikam.example"),
    ]
    drops = {f"{flow}/{name}": drop_files(drop) for flow, its in flows.items() for name, drop in its.items()}
    drops["directory/20260925T010000Z"] = {"users.csv": csv_bytes([DIRECTORY_COLUMNS, *directory_users(people)], "\n")}
    if landing.resolve() == SAMPLE:
        shutil.rmtree(SAMPLE, ignore_errors=True)
    for folder, files in drops.items():
        land(landing / folder, files)
        print(folder, *(f"{len(content.splitlines()):>6} lines  {name}" for name, content in files.items()), sep="\n")



# A district of any size


class Size(NamedTuple):
    """What a generated district looks like."""

    students: int
    enrollments_per_student: int = 10
    faulty_share: float = 0.0
    churn_share: float = 0.01


GROUP = 25  # students who take their classes together
GROUPS_PER_SCHOOL = 20
TEACHERS_PER_SCHOOL = 31  # 1 for 16 students


def sql_list(texts):
    """A list of texts as a DuckDB literal."""
    return "[" + ", ".join("'" + text.replace("'", "''") + "'" for text in texts) + "]"


def share_of(key, salt, start, end):
    """SQL: is the record with this number in this slice of all records? Always the same ones, spread evenly."""
    return f"hash({key}, '{salt}') % 1000000 between {round(start * 1e6)} and {round(end * 1e6) - 1}"


def fault_of(key, file, size, kinds):
    """SQL: which kind of fault the record has (0 to kinds - 1), null for the sound ones."""
    faulty = share_of(key, f"{file} faulty", 0, size.faulty_share)
    return f"case when {faulty} then hash({key}, '{file} fault') % {kinds} end"


def district_queries(size, second):
    """SQL per file. Everything follows from a record's number, so nothing is joined, sorted or kept in memory.

    In the second drop half of the churn share of students leaves and is replaced, and half changes.
    """
    churn = size.churn_share / 2
    joined = round(size.students * churn) if second else 0
    groups = -(-size.students // GROUP)
    schools = -(-groups // GROUPS_PER_SCHOOL)
    slots = size.enrollments_per_student
    bands = [sql_list(grades) for grades in SCHOOLS.values()]  # elementary, middle and high schools in turn
    grades = f"case school % 3 when 0 then {bands[0]} when 1 then {bands[1]} else {bands[2]} end"
    grade = f"({grades})[1 + team % {GROUPS_PER_SCHOOL} % len({grades})]"
    subjects = list(SUBJECTS.values())
    subject_names = sql_list(subject for subject, *_ in subjects)
    subject_codes = sql_list(code for _, code, _ in subjects)
    people = [(given, family) for names in NAMES for given in names[0] for family in names[1]]
    given_names, family_names = (sql_list(names) for names in zip(*people, strict=True))
    year = "ses-2027"

    # A student's number, and the team (and so school, grade and classes) they belong to; joiners fill up any team.
    students = f"""
        select
            student,
            team,
            team // {GROUPS_PER_SCHOOL} as school,
            {second} and {share_of("student", "churn", churn, 2 * churn)} as is_changed
        from (
            select
                range as student,
                case
                    when range < {size.students} then range // {GROUP}
                    else (hash(range, 'team') % {groups})::bigint
                end as team
            from range({size.students + joined})
        )
        where not ({second} and student < {size.students} and {share_of("student", "churn", 0, churn)})
    """
    return {
        "orgs": f"""
            select
                'org-district' as "sourcedId", null as status, null as "dateLastModified",
                'Contoso Generated District' as name, 'district' as type, '5300001' as identifier,
                null as "parentSourcedId"
            union all
            select
                'org-' || range, null, null, 'School ' || (range + 1) || ', Contoso', 'school',
                '530-' || (1000 + range), 'org-district'
            from range({schools})
        """,
        "courses": f"""
            select
                'crs-' || grade || '-' || slot as "sourcedId", null as status, null as "dateLastModified",
                '{year}' as "schoolYearSourcedId", subject || ' ' || grade || ', part ' || (slot // 5 + 1) as title,
                upper(left(subject, 3)) || grade || slot as "courseCode", grade as grades,
                'org-district' as "orgSourcedId", subject as subjects, code as "subjectCodes"
            from (
                select
                    range as slot,
                    {subject_names}[1 + range % {len(subjects)}] as subject,
                    {subject_codes}[1 + range % {len(subjects)}] as code,
                    unnest({sql_list(GRADES)}) as grade
                from range({slots})
            )
        """,
        "classes": f"""
            select
                'cls-' || team || '-' || slot as "sourcedId", null as status, null as "dateLastModified",
                subject || ' ' || grade || ', group ' || team as title, grade as grades,
                case when fault = 0 then 'crs-none' else 'crs-' || grade || '-' || slot end as "courseSourcedId",
                'C' || team || '-' || slot as "classCode",
                case when fault = 1 then 'club' when slot = 0 then 'homeroom' else 'scheduled' end as "classType",
                'Room ' || (team % 40 + 1) as location, 'org-' || school as "schoolSourcedId",
                case when fault = 2 then '{year}-s1,{year}-s9' else '{year}-s1,{year}-s2' end as "termSourcedIds",
                subject as subjects, code as "subjectCodes", (slot % 8 + 1) as periods
            from (
                select
                    range // {slots} as team,
                    range % {slots} as slot,
                    team // {GROUPS_PER_SCHOOL} as school,
                    {grade} as grade,
                    {subject_names}[1 + slot % {len(subjects)}] as subject,
                    {subject_codes}[1 + slot % {len(subjects)}] as code,
                    {fault_of("range", "classes", size, 3)} as fault
                from range({groups * slots})
            )
        """,
        "users": f"""
            select
                id as "sourcedId", null as status, null as "dateLastModified",
                case when fault = 0 then 'maybe' else 'true' end as "enabledUser",
                case fault when 1 then org || ',org-none' when 2 then 'org-none' else org end as "orgSourcedIds",
                case when fault = 3 then 'passenger' else role end as role,
                login as username, '{{LDAP:' || login || '}}' as "userIds", {given_names}[name] as "givenName",
                case
                    when fault = 4 then null
                    when is_changed then {family_names}[name] || '-Smith'
                    else {family_names}[name]
                end as "familyName",
                null as "middleName", login as identifier,
                case when fault = 5 then login || ' at contoso.example' else login || '@contoso.example' end as email,
                case when fault = 6 then '12345' end as sms, null as phone,
                case when fault = 7 then 'par-none' end as "agentSourcedIds",
                case when fault = 8 then grade || '-B' else grade end as grades, null as password
            from (
                select
                    'stu-' || student as id, 's' || student as login, 'student' as role, 'org-' || school as org,
                    {grade} as grade, is_changed, 1 + (hash(student, 'name') % {len(people)})::bigint as name,
                    {fault_of("student", "users", size, 9)} as fault
                from ({students})
                union all
                select
                    'stf-' || range, 't' || range,
                    case when range % {TEACHERS_PER_SCHOOL + 1} = 0 then 'administrator' else 'teacher' end,
                    'org-' || (range // {TEACHERS_PER_SCHOOL + 1}), null, false,
                    1 + (hash(range, 'staff') % {len(people)})::bigint, null
                from range({schools * (TEACHERS_PER_SCHOOL + 1)})
            )
        """,
        "enrollments": f"""
            select
                id as "sourcedId", null as status, null as "dateLastModified",
                case when fault = 0 then 'cls-none' else 'cls-' || team || '-' || slot end as "classSourcedId",
                'org-' || school as "schoolSourcedId",
                case when fault = 1 then 'stu-none' else user_id end as "userSourcedId",
                case when fault = 2 then 'visitor' else role end as role, is_primary as "primary",
                case when fault = 3 then '2026-13-17' else '2026-08-17' end as "beginDate",
                case
                    when fault = 4 then '2026-01-01'
                    when is_changed then '2027-01-31'
                    else '2027-06-11'
                end as "endDate"
            from (
                select
                    'enr-' || student || '-' || slot as id, team, slot, school, 'stu-' || student as user_id,
                    'student' as role, null as is_primary,
                    {second} and {share_of(f"student * {slots} + slot", "ends", 0, churn)} as is_changed,
                    {fault_of(f"student * {slots} + slot", "enrollments", size, 5)} as fault
                from (select *, unnest(range({slots})) as slot from ({students}))
                union all
                select
                    'enr-t-' || team || '-' || slot, team, slot, school,
                    'stf-' || (school * {TEACHERS_PER_SCHOOL + 1} + 1 + hash(team, slot) % {TEACHERS_PER_SCHOOL}),
                    'teacher', 'true', false, null
                from (
                    select
                        range // {slots} as team, range % {slots} as slot, team // {GROUPS_PER_SCHOOL} as school
                    from range({groups * slots})
                )
            )
        """,
        "demographics": f"""
            select
                'stu-' || student as "sourcedId", null as status, null as "dateLastModified",
                case when fault = 0 then 'May 2015' else birth_date::varchar end as "birthDate",
                case when fault = 1 then 'undisclosed' else ['female', 'male'][1 + (hash(student, 'sex') % 2)::bigint] end as sex,
                {", ".join(f"(race = {number})::varchar as {race}" for number, race in enumerate(RACES, start=1))},
                case
                    when fault = 2 then 'maybe'
                    else (hash(student, 'ethnicity') % 4 = 0)::varchar
                end as "hispanicOrLatinoEthnicity",
                'US' as "countryOfBirthCode", 'WA' as "stateOfBirthAbbreviation", 'Redmond' as "cityOfBirth",
                null as "publicSchoolResidenceStatus"
            from (
                select
                    student,
                    date '2021-08-31' - (list_position({sql_list(GRADES)}, {grade}) * 365)::integer
                    - (hash(student, 'birth') % 365)::integer as birth_date,
                    1 + hash(student, 'race') % {len(RACES)} as race,
                    {fault_of("student", "demographics", size, 3)} as fault
                from ({students})
            )
        """,
    }


def write_district(landing, size, second_drop):
    """One or two drops of a generated district, written by DuckDB."""
    import duckdb  # only needed here

    folders = [landing / "contoso-2027" / name for name in DISTRICT_DROPS[: 1 + second_drop]]
    for folder in folders:
        if folder.exists():
            raise SystemExit(f"{folder} is already there; choose an empty landing zone.")
    connection = duckdb.connect(config={"memory_limit": "3GB"})
    year = Drop("1.1")
    sessions(year, "ses-", 2027)
    for second, folder in enumerate(folders):
        partial = folder.with_name(folder.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        queries = district_queries(size, bool(second))
        counts = {}
        for file, query in queries.items():
            target = str(partial / f"{file}.csv").replace("'", "''")
            counts[file] = connection.execute(f"copy ({query}) to '{target}' (format csv, header)").fetchone()[0]
        year.records |= {file: [] for file in queries}
        files = drop_files(year)
        for name in ("academicSessions.csv", "manifest.csv"):
            (partial / name).write_bytes(files[name])
        partial.rename(folder)
        print(folder, *(f"{file}: {count:,}" for file, count in counts.items()), sep="\n  ")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--landing", type=Path, default=SAMPLE,
                        help="the landing zone to write into (default: the bundled sample's)")
    district = parser.add_argument_group("a district of any size, instead of the sample")
    district.add_argument("--students", type=int, help="how many students the district has")
    district.add_argument("--second-drop", action="store_true", help="write the drop of the next day, too")
    district.add_argument("--faulty-share", type=float, default=0.0, metavar="SHARE",
                          help="share of faulty students, enrollments, classes and demographics, 0 to 1 (default: 0)")
    district.add_argument("--churn-share", type=float, default=0.01, metavar="SHARE",
                          help="share of students who leave or change before the second drop (default: 0.01)")
    district.add_argument("--enrollments-per-student", type=int, default=10, metavar="NUMBER",
                          help="classes each student takes (default: 10)")
    options = parser.parse_args()

    if options.students is None:
        write_sample(options.landing)
    elif options.landing.resolve() == SAMPLE:
        parser.error("--students needs a --landing of its own")
    elif options.students < 1 or options.enrollments_per_student < 1:
        parser.error("a district has at least one student, and a student at least one class")
    elif not (0 <= options.faulty_share <= 1 and 0 <= options.churn_share <= 1):
        parser.error("a share lies between 0 and 1")
    else:
        size = Size(options.students, options.enrollments_per_student, options.faulty_share, options.churn_share)
        write_district(options.landing, size, options.second_drop)


if __name__ == "__main__":
    main()
