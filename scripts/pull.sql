-- How the JSON of the OneRoster API becomes the columns of the CSV files: the shapes of values, and the files that JSON
-- has inside of other records. Which column has which shape, seeds/catalogue says (scripts/pull.py).

-- A text: of a list or an object there is none. Line breaks become blanks, as in files.
create macro text_of(value) as
    case
        when json_type(value) not in ('ARRAY', 'OBJECT')
            then nullif(trim(regexp_replace(json_extract_string(value, '$'), '[\r\n]+', ' ', 'g')), '')
    end;

create macro is_no_text(value) as coalesce(json_type(value) in ('ARRAY', 'OBJECT'), false);

-- true and false are also sent as words in any case, and as digits
create macro boolean_of(value) as
    case lower(text_of(value)) when '1' then 'true' when '0' then 'false' else lower(text_of(value)) end;

-- the day, where an instant is sent
create macro date_of(value) as regexp_replace(text_of(value), '^(\d{4}-\d{2}-\d{2})T.*$', '\1');

-- a reference is an object of which the id alone counts; some send the bare id
create macro id_of(value) as
    case when json_type(value) = 'OBJECT' then text_of(json_extract(value, '$.sourcedId')) else text_of(value) end;

-- the items of a list, or the one value that stands for it
create macro items_of(value) as
    case json_type(value)
        when 'ARRAY' then cast(value as json[])
        when 'NULL' then []
        else if(value is null, [], [value])
    end;

create macro joined(items) as
    nullif(array_to_string(list_filter(items, lambda item: item is not null and not contains(item, ',')), ','), '');

create macro list_of(value) as joined(list_transform(items_of(value), lambda item: text_of(item)));

create macro references_of(value) as joined(list_transform(items_of(value), lambda item: id_of(item)));

create macro user_id_of(value) as
    '{' || text_of(json_extract(value, '$.type')) || ':' || text_of(json_extract(value, '$.identifier')) || '}';

create macro user_ids_of(value) as
    nullif(array_to_string(list_filter(
        list_transform(items_of(value), lambda item: user_id_of(item)),
        lambda item: regexp_full_match(item, '\{[^{}:,]+:[^{}:,]+\}')
    ), ','), '');

-- Items that a list in a CSV file cannot hold.
create macro lost_items_of(value) as
    len(list_filter(items_of(value), lambda item:
        is_no_text(item) and id_of(item) is null or contains(coalesce(id_of(item), ''), ',')
    ));

create macro lost_user_ids_of(value) as
    len(list_filter(items_of(value), lambda item:
        not coalesce(regexp_full_match(user_id_of(item), '\{[^{}:,]+:[^{}:,]+\}'), false)
    ));

create macro is_gone(record) as
    coalesce(lower(text_of(json_extract(record, '$.status'))) in ('tobedeleted', 'inactive'), false);

-- In a file of everything, a status stands only where a record is withdrawn; in one of changes, everywhere.
create macro status_of(value) as
    case
        when getvariable('is_delta') then coalesce(text_of(value), 'active')
        when lower(text_of(value)) in ('tobedeleted', 'inactive') then 'tobedeleted'
    end;

create macro modified_of(value) as case when getvariable('is_delta') then text_of(value) end;

-- An id made of others: the same in every pull.
create macro made_id(parts) as md5(array_to_string(list_transform(parts, lambda part: coalesce(part, '')), chr(31)));

-- The id of a profile, which JSON tells apart within its user only, and by its credential: the file has a line for each.
create macro profile_id_of(user_id, profile, credential) as
    made_id(['profile', user_id, text_of(json_extract(profile, '$.profileId')), text_of(json_extract(credential, '$.type'))]);

create view role_items as
select
    record,
    role,
    id_of(json_extract(record, '$.sourcedId')) as user_id,
    list_filter(
        items_of(json_extract(record, '$.userProfiles')),
        lambda profile: text_of(json_extract(profile, '$.profileId')) = text_of(json_extract(role, '$.userProfile'))
        and len(items_of(json_extract(profile, '$.credentials'))) > 0
    )[1] as profile
from (select record, unnest(items_of(json_extract(record, '$.roles'))) as role from users);

-- A person has a role at an organization mostly once. Its dates and type are not in its id, so that correcting them does
-- not end it and begin another; where it comes more often, it is told apart by its place in time.
create view present_roles as
select
    json_object(
        'sourcedId', made_id(
            ['role', user_id, id_of(json_extract(role, '$.org')), text_of(json_extract(role, '$.role')), nullif(cast(row_number() over same_role as varchar), '1')]
        ),
        'status', json_extract(record, '$.status'),
        'dateLastModified', json_extract(record, '$.dateLastModified'),
        'user', user_id,
        'roleType', json_extract(role, '$.roleType'),
        'role', json_extract(role, '$.role'),
        'beginDate', json_extract(role, '$.beginDate'),
        'endDate', json_extract(role, '$.endDate'),
        'org', json_extract(role, '$.org'),
        'userProfile', if(
            profile is not null, profile_id_of(user_id, profile, items_of(json_extract(profile, '$.credentials'))[1]), null
        )
    ) as record
from role_items
window same_role as (
    partition by user_id, id_of(json_extract(role, '$.org')), text_of(json_extract(role, '$.role'))
    order by date_of(json_extract(role, '$.beginDate')) nulls first, text_of(json_extract(role, '$.roleType')), cast(role as varchar)
);

create view profile_items as
select
    record,
    profile,
    unnest(items_of(json_extract(profile, '$.credentials'))) as credential
from (select record, unnest(items_of(json_extract(record, '$.userProfiles'))) as profile from users);

create view "present_userProfiles" as
select
    json_object(
        'sourcedId', profile_id_of(id_of(json_extract(record, '$.sourcedId')), profile, credential),
        'status', json_extract(record, '$.status'),
        'dateLastModified', json_extract(record, '$.dateLastModified'),
        'user', id_of(json_extract(record, '$.sourcedId')),
        'profileType', json_extract(profile, '$.profileType'),
        'vendorId', json_extract(profile, '$.vendorId'),
        'applicationId', json_extract(profile, '$.applicationId'),
        'description', json_extract(profile, '$.description'),
        'credentialType', json_extract(credential, '$.type'),
        'username', json_extract(credential, '$.username')
    ) as record
from profile_items
-- of several log-ins of one kind the first one counts
qualify row_number() over (
    partition by profile_id_of(id_of(json_extract(record, '$.sourcedId')), profile, credential)
    order by text_of(json_extract(credential, '$.username'))
) = 1;

-- the first log-in of a user, by which the person is known where the username is left out
create macro first_login_of(record) as
    list_filter(
        flatten(list_transform(
            items_of(json_extract(record, '$.userProfiles')),
            lambda profile: list_transform(
                items_of(json_extract(profile, '$.credentials')), lambda credential: text_of(json_extract(credential, '$.username'))
            )
        )),
        lambda username: username is not null
    )[1];

-- the school of a course's classes, when they are at one
create view course_school as
select
    id_of(json_extract(record, '$.course')) as course_id,
    any_value(id_of(json_extract(record, '$.school'))) as school_id
from classes
group by course_id
having count(distinct id_of(json_extract(record, '$.school'))) = 1;

-- What a changed user had before and has no more: where changes alone are pulled, nothing else would end it.
create macro lost(earlier, present) as table
    select
        json_object(
            'sourcedId', before."sourcedId",
            'status', 'tobedeleted',
            'dateLastModified', json_extract(users.record, '$.dateLastModified'),
            'user', before."userSourcedId"
        ) as record
    from query_table(earlier) as before
    inner join users on id_of(json_extract(users.record, '$.sourcedId')) = before."userSourcedId"
    where before."sourcedId" not in (
        select id_of(json_extract(here.record, '$.sourcedId')) from query_table(present) as here
    )
    -- the newest line of each, unless that ended it already
    qualify
        row_number() over (partition by before."sourcedId" order by before.filename desc) = 1
        and before.status is distinct from 'tobedeleted';

create view roles as
select record from present_roles
union all
select record from lost('earlier_roles', 'present_roles');

create view "userProfiles" as
select record from "present_userProfiles"
union all
select record from lost('earlier_userProfiles', 'present_userProfiles');
