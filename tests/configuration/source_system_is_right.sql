with lines as (
    select * from {{ ref('source_system_line') }}
),

mistakes as (
    {{ blank(['source_system_id', 'display_name']) }}
    union all
    {{ repeated(['source_system_id']) }}
    union all
    {{ no_id('source_system_id') }}
    union all
    {{ not_one_of('is_removed', ['true', 'false']) }}
    union all
    -- a district removes its own source system by deleting its line
    select
        place || ': is_removed is true, but no source system of this id is shipped. '
        || 'Delete the line instead.' as message
    from lines
    where
        is_district
        and lower(is_removed) = 'true'
        and source_system_id not in (
            select shipped.source_system_id from lines as shipped
            where not shipped.is_district
        )
)

{{ mistakes_if_readable(['source_system']) }}
