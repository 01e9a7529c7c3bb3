with section_version as (
    select * from {{ ref('section_version') }}
),

session as (
    select * from {{ ref('session') }}
),

flow_window as (
    select * from {{ ref('flow_window') }}
),

items as (
    select
        section_id,
        inbound_flow_id,
        source_system_id,
        is_current,
        valid_from,
        seen_until,
        unnest(term_sourced_ids) as term_sourced_id
    from section_version
),

terms as (
    select
        section_id,
        inbound_flow_id,
        source_system_id,
        inbound_flow_id || ':' || term_sourced_id as session_id,
        term_sourced_id,
        -- the section is present as well: a version is current while it is
        bool_or(is_current) as is_present_in_source,
        min(valid_from) as first_seen_at,
        max(seen_until) as last_seen_at
    from items
    where term_sourced_id is not null
    group by section_id, inbound_flow_id, source_system_id, term_sourced_id
),

final as (
    select
        terms.section_id || ',' || terms.term_sourced_id as section_session_id,
        terms.source_system_id,
        terms.inbound_flow_id,
        terms.section_id,
        terms.session_id,
        terms.is_present_in_source,
        (
            terms.is_present_in_source
            and flow_window.is_in_session
            and coalesce(session.is_present_in_source, false)
        ) as is_active_in_session,
        terms.first_seen_at,
        terms.last_seen_at
    from terms
    inner join flow_window on terms.inbound_flow_id = flow_window.inbound_flow_id
    left join session on terms.session_id = session.session_id
)

select * from final
