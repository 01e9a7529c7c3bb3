with section_session as (
    select * from {{ ref('section_session') }}
    where is_present_in_source
),

session as (
    select * from {{ ref('session') }}
),

-- of several terms, the one that begins first gives its name; together they last from the first day to the last
final as (
    select
        section_session.section_id,
        arg_min(session.name, row(session.start_date, session.session_id)) as term_name,
        arg_min(session.external_id, row(session.start_date, session.session_id)) as term_external_id,
        min(session.start_date) as term_start_date,
        max(session.end_date) as term_end_date
    from section_session
    inner join session on section_session.session_id = session.session_id
    group by section_session.section_id
)

select * from final
