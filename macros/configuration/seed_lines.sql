{#-
    Every line of the shipped seed and of the district's own seed of one kind of configuration, as text, trimmed, with
    its place in its file. A line is in force unless it is a shipped one that a district line with the same key
    replaces, or that belongs to a removed source system.
-#}
{% macro seed_lines(name, folder, key, codes={}, removed_with=none) -%}
    {%- set key_text = "concat_ws(', ', " ~ key | join(', ') ~ ')' %}
    with

    {% for prefix, seed_folder in [('default', folder), ('district', 'district')] %}
    {{ prefix }}_lines as (
        select
            {{ trimmed('columns(*)') }},
            'seeds/{{ seed_folder }}/{{ prefix }}_{{ name }}.csv' as file_name,
            -- the header is line 1
            row_number() over (order by rowid) + 1 as line_number,
            {{ prefix == 'district' }} as is_district
        from {{ ref(prefix ~ '_' ~ name) }}
    ),
    {% endfor %}
    -- by name: a district file written before a column was added lacks it
    lines as (
        select * from default_lines
        union all by name
        select * from district_lines
    ),

    {%- if removed_with %}

    -- what goes with a shipped source system that the district removed
    removed_connectors as (
        select
            data_connectors.data_connector_id,
            data_connectors.source_system_id
        from {{ ref('default_data_connector') }} as data_connectors
        semi join (
            select * from {{ ref('default_source_system') }}
            union all by name
            select * from {{ ref('district_source_system') }}
        ) as source_systems
            on
                data_connectors.source_system_id = trim(source_systems.source_system_id)
                and lower(trim(source_systems.is_removed)) = 'true'
    ),
    {%- endif %}

    coded_lines as (
        select
            {%- if codes %}
            * replace (
                {%- for column, reference_type in codes.items() %}
                regexp_replace({{ column }}, '^{{ reference_type }}-', '', 'i') as {{ column }}
                {{- ',' if not loop.last }}
                {%- endfor %}
            )
            {%- else %}
            *
            {%- endif %}
        from lines
        -- spreadsheets leave lines of nothing but commas
        where concat(*columns(* exclude (file_name, line_number, is_district))) <> ''
    )

    select
        *,
        file_name || ', line ' || line_number || ' (' || {{ key_text }} || ')' as place,
        is_district
        or (
            not bool_or(is_district) over (partition by lower({{ key_text }}))
            {%- if removed_with %}
            and {{ removed_with }} not in (select {{ removed_with }} from removed_connectors)
            {%- endif %}
        ) as is_in_force
    from coded_lines
{%- endmacro %}
