with lines as (
    select
        *,
        -- a district adds codes to lists, not lists
        bool_or(not is_district) over (partition by reference_type) as is_known_type,
        code is not null and not bool_or(not is_district) over same_code as is_new_code,
        -- what the district states of a shipped code counts
        coalesce(
            max(try_cast(sort_index as integer)) filter (where is_district) over same_code,
            max(try_cast(sort_index as integer)) over same_code
        ) as sort_number
    from {{ ref('ref_definition_line') }}
    window same_code as (partition by reference_type, lower(code))
),

new_codes as (
    select * from lines
    where is_known_type and is_new_code
),

mistakes as (
    {{ blank(['reference_type', 'code']) }}
    union all
    {{ repeated(['reference_type', 'code']) }}
    union all
    {{ not_written_as('sort_index', 'number') }}
    union all
    {{ not_one_of('is_disabled', ['true', 'false']) }}
    union all
    select
        lines.place || ': reference_type is ''' || lines.reference_type || ''', which does not exist. Did you mean '''
        || (
            select
                max_by(
                    shipped.reference_type, jaro_winkler_similarity(shipped.reference_type, lines.reference_type)
                )
            from lines as shipped
            where not shipped.is_district
        ) || '''?' as message
    from lines
    where lines.reference_type is not null and not lines.is_known_type
    union all
    -- the six that School Data Sync lets a tenant extend; what the other codes mean is built in
    select
        place || ': ' || code || ' is no shipped code of ' || reference_type
        || ', and this type cannot gain codes. Use a '
        || 'shipped code. Only these can gain codes: {{ extensible_reference_types() | join(', ') }}.' as message
    from new_codes
    where not list_contains({{ sql_list(extensible_reference_types()) }}, reference_type)
    union all
    -- a spreadsheet turns 09 into 9, which would become a new code beside the shipped one
    select
        new_codes.place || ': the code ''' || new_codes.code || ''' is probably ''' || shipped.code
        || ''' without its leading zero, which spreadsheets take away. Write ''' || shipped.code || '''.' as message
    from new_codes
    inner join lines as shipped
        on
            new_codes.reference_type = shipped.reference_type
            and ltrim(lower(new_codes.code), '0') = ltrim(lower(shipped.code), '0')
    where not shipped.is_district
    union all
    -- as in School Data Sync, a new code states its place in its list
    select
        new_codes.place || ': sort_index is blank, and a new code needs one. Free for example is ' || (
            select max(taken.sort_number) + 10 from lines as taken
            where taken.reference_type = new_codes.reference_type
        ) || '.' as message
    from new_codes
    where new_codes.sort_index is null
    union all
    -- unique within a reference type (School Data Sync); reordering two codes takes a line for each
    select
        lines.place || ': sort_index ' || lines.sort_number
        || ' is already that of ' || other_code.reference_type || '-'
        || other_code.code || '. Choose a free one, or give the other code another one too.' as message
    from lines
    inner join lines as other_code
        on
            lines.reference_type = other_code.reference_type
            and lines.sort_number = other_code.sort_number
            and lower(lines.code) <> lower(other_code.code)
    where
        lines.is_district
        and lines.sort_index is not null
        -- a shipped code is named as it is shipped
        and (not other_code.is_district or other_code.is_new_code)
)

{{ mistakes_if_readable(['ref_definition']) }}
