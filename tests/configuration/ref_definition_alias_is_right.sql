with lines as (
    select * from {{ ref('ref_definition_alias_line') }}
),

codes as (
    select
        reference_type,
        lower(code) as spelling,
        coalesce(max(lower(is_disabled)) filter (where is_district), max(lower(is_disabled))) = 'true' as is_disabled
    from {{ ref('ref_definition_line') }}
    group by reference_type, lower(code)
),

mistakes as (
    {{ blank(['reference_type', 'alias', 'code']) }}
    union all
    {{ repeated(['reference_type', 'alias']) }}
    union all
    select
        lines.place || ': reference_type is ''' || lines.reference_type || ''', which does not exist. Did you mean '''
        || (
            select max_by(known.reference_type, jaro_winkler_similarity(known.reference_type, lines.reference_type))
            from codes as known
        ) || '''?' as message
    from lines
    where lines.reference_type not in (select known.reference_type from codes as known)
    union all
    -- a shipped name of a code that the district disables is simply out of force
    select
        lines.place || ': code is ''' || lines.code || ''', which is '
        || case when codes.is_disabled then 'a disabled ' else 'no ' end || lines.reference_type
        || '. Use one of its codes in reference.ref_definition.' as message
    from lines
    left join codes on lines.reference_type = codes.reference_type and lower(lines.code) = codes.spelling
    where
        lines.is_district
        and lines.code is not null
        and lines.reference_type in (select known.reference_type from codes as known)
        and coalesce(codes.is_disabled, true)
    union all
    select
        lines.place || ': ''' || lines.alias || ''' is a code itself, and no other name of one. Take the line out.'
            as message
    from lines
    inner join codes on lines.reference_type = codes.reference_type and lower(lines.alias) = codes.spelling
    where lines.is_district
)

{{ mistakes_if_readable(['ref_definition_alias']) }}
