with desired as (
    select * from {{ ref('desired') }}
    where {{ is_flow_asked_for() }}
),

outbound_flow as (
    select * from {{ ref('outbound_flow') }}
    -- a data set is told by its tables, when it is sent
    where kind <> 'insights'
),

sent as not materialized (
    select sent.*
    from {{ ref('sent') }} as sent
    semi join outbound_flow on sent.outbound_flow_id = outbound_flow.outbound_flow_id
    where {{ is_flow_asked_for() }}
),

selected_flow as (
    select * from {{ ref('selected_flow') }}
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

section as (
    select * from {{ ref('section') }}
),

person_match as (
    select * from {{ ref('person_match') }}
),

enrollment_period as (
    select * from {{ ref('enrollment_period') }}
),

person_organization_role_period as (
    select * from {{ ref('person_organization_role_period') }}
),

selected_person as (
    select distinct
        outbound_flow_id,
        person_id
    from {{ ref('selected_person') }}
),

-- millions of contents are too much to look up; a hash of each tells which changed
sent_hashes as (
    select
        outbound_flow_id,
        kind,
        key,
        hash(contents) as contents_hash
    from sent
),

differences as (
    select
        coalesce(desired.outbound_flow_id, sent_hashes.outbound_flow_id) as outbound_flow_id,
        coalesce(desired.kind, sent_hashes.kind) as kind,
        coalesce(desired.key, sent_hashes.key) as key,
        case when sent_hashes.key is null then 'add' when desired.key is null then 'remove' else 'update' end as change,
        desired.contents
    from desired
    full join sent_hashes
        on
            desired.outbound_flow_id = sent_hashes.outbound_flow_id
            and desired.kind = sent_hashes.kind
            and desired.key = sent_hashes.key
    where hash(desired.contents) is distinct from sent_hashes.contents_hash
),

-- of a membership: the section or group, the person, and who that is in the directory
parts as (
    select
        *,
        case
            when kind = 'class_group_membership' then string_split(key, ',')[1]
            when kind = 'class_group' then key
        end as section_id,
        case
            when kind = 'user' then key
            when kind = 'class_group_membership' then string_split(key, ',')[2]
            when ends_with(kind, '_membership') then string_split(key, ',')[-2]
        end as person_id,
        if(kind = 'class_group_membership', string_split(key, ',')[3], null) as object_id
    from differences
),

-- of what changed only
sent_contents as (
    select sent.*
    from sent
    semi join differences
        on
            sent.outbound_flow_id = differences.outbound_flow_id
            and sent.kind = differences.kind
            and sent.key = differences.key
),

clock as (
    select max(judged_at) as judged_at
    from flow_window
),

-- when somebody joined or left a class, or everything
periods as (
    select
        person_id,
        section_id,
        active_from,
        active_to
    from enrollment_period
    union all
    select
        person_id,
        null as section_id,
        active_from,
        active_to
    from person_organization_role_period
),

moves as (
    select
        parts.outbound_flow_id,
        parts.kind,
        parts.key,
        min(periods.active_from) filter (where periods.active_to is null) as joined_at,
        max(periods.active_to) as left_at
    from periods
    inner join parts
        on periods.person_id = parts.person_id and periods.section_id is not distinct from parts.section_id
    group by parts.outbound_flow_id, parts.kind, parts.key
),

explained as (
    select
        parts.*,
        case
            when parts.change = 'add' then 'new'
            when parts.change = 'update' then 'changed'
            when parts.section_id is not null and selected_flow.inbound_flow_id is null then 'the year is over'
            when parts.section_id is not null and not coalesce(section.is_present_in_source, false)
                then 'the class is gone'
            when parts.person_id is not null and selected_person.person_id is null
                then 'the person is no longer active, or no longer chosen'
            when parts.person_id is not null and coalesce(person_match.match_status, 'unmatched') <> 'matched'
                then 'the person no longer matches a directory user'
            when
                parts.kind = 'class_group_membership'
                and person_match.object_id <> parts.object_id
                then 'the person matches another directory user'
            when parts.kind = 'class_group_membership' and moves.joined_at is not null then 'the role changed'
            when parts.kind = 'class_group_membership' then 'dropped from the class'
            else 'no longer in the roster, or no longer chosen'
        end as reason,
        if(parts.change = 'remove', moves.left_at, moves.joined_at) as happened_at
    from parts
    left join section on parts.section_id = section.section_id
    left join selected_flow
        on
            parts.outbound_flow_id = selected_flow.outbound_flow_id
            and split_part(parts.section_id, ':', 1) = selected_flow.inbound_flow_id
    left join selected_person
        on parts.outbound_flow_id = selected_person.outbound_flow_id and parts.person_id = selected_person.person_id
    left join person_match on parts.person_id = person_match.person_id
    left join moves
        on
            parts.outbound_flow_id = moves.outbound_flow_id
            and parts.kind = moves.kind
            and parts.key = moves.key
),

final as (
    select
        explained.outbound_flow_id,
        explained.kind,
        explained.change,
        explained.key,
        coalesce(explained.contents, sent.contents) as contents,
        -- what happened before the last delivery is not why it changed since: that is known as of the newest run
        if(
            explained.happened_at >= coalesce(sent.as_of, timestamp '-infinity'),
            explained.happened_at,
            clock.judged_at
        ) as since,
        explained.reason
    from explained
    cross join clock
    left join sent_contents as sent
        on
            explained.outbound_flow_id = sent.outbound_flow_id
            and explained.kind = sent.kind
            and explained.key = sent.key
)

select * from final
