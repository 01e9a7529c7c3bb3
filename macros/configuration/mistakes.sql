{#-
    SELECTs of messages, each of one kind of mistake that a person can make in a seed: where, what is wrong, how to fix
    it. They read the CTE `lines` of the test that unites them.
-#}

{#- A line in force leaves one of the columns blank. -#}
{% macro blank(columns) -%}
    {% for column in columns -%}
    select place || ': {{ column }} is blank. Fill it in.' as message
    from lines
    where is_in_force and {{ column }} is null
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{#- An id that cannot be one: it becomes a folder name and part of other ids. -#}
{% macro no_id(column) -%}
    select
        place || ': {{ column }} is ''' || {{ column }} || ''', which cannot be an id. Use only small '
        || 'letters, digits and hyphens, begin with a letter or digit, and do not use the word directory.' as message
    from lines
    where
        is_in_force
        and (not regexp_full_match({{ column }}, '[a-z0-9][a-z0-9-]*') or {{ column }} = 'directory')
{%- endmacro %}

{#-
    A code that is not of the reference type, in any case, or is disabled. Asked of the lines of the reference
    definitions, so that a mistake in those hides no other.
-#}
{% macro no_code(column, reference_type, advice='', but_not=none, may_be_disabled=false) -%}
    select
        lines.place || ': {{ column }} is ''' || lines.{{ column }} || ''', which '
        || case
            when codes.is_disabled
                then
                    'is a disabled {{ reference_type }}. Use another, or enable it in '
                    || 'seeds/district/district_ref_definition.csv.'
            else
                'is no {{ reference_type }}. Did you mean ''' || (
                    select max_by(
                        nearest.code, jaro_winkler_similarity(lower(nearest.code), lower(lines.{{ column }}))
                    )
                    from ({{ codes_of(reference_type) }}) as nearest
                    where not nearest.is_disabled
                ) || '''? All codes are in reference.ref_definition.{{ ' ' ~ advice if advice }}'
        end as message
    from lines
    left join ({{ codes_of(reference_type) }}) as codes on lower(lines.{{ column }}) = lower(codes.code)
    where
        lines.is_in_force
        and lines.{{ column }} is not null
        {%- if but_not %}
        and lines.{{ column }} not ilike '{{ but_not }}'
        {%- endif %}
        and (codes.code is null {%- if not may_be_disabled %} or codes.is_disabled {%- endif %})
{%- endmacro %}

{#- The codes of a reference type, spelt as shipped; what the district states of one counts. -#}
{% macro codes_of(reference_type) -%}
    select
        coalesce(max(code) filter (where not is_district), max(code)) as code,
        coalesce(max(lower(is_disabled)) filter (where is_district), max(lower(is_disabled)), 'false') = 'true'
            as is_disabled
    from {{ ref('ref_definition_line') }}
    where reference_type = '{{ reference_type }}' and code is not null
    group by lower(code)
{%- endmacro %}

{#- The id of another kind of configuration that no line in force of it has. -#}
{% macro not_configured(column, kind) -%}
    select
        place || ': {{ column }} is ''' || {{ column }} || ''', which is not configured. Configured are: '
        || coalesce((
            select string_agg(distinct items.{{ column }}, ', ' order by items.{{ column }})
            from {{ ref(kind ~ '_line') }} as items
            where items.is_in_force
        ), 'none')
        || '. Correct it, or add it to seeds/district/district_{{ kind }}.csv.' as message
    from lines
    where
        is_in_force
        and {{ column }} not in (
            select items.{{ column }}
            from {{ ref(kind ~ '_line') }} as items
            where items.is_in_force and items.{{ column }} is not null
        )
{%- endmacro %}

{#- Two lines of one file have the same key, whatever its case. -#}
{% macro repeated(key) -%}
    select
        place || ': line ' || min(line_number) over key_in_file || ' has the same {{ key | join(" and ") }} already. '
        || 'Keep one of the two lines.' as message
    from lines
    where {% for column in key %}{{ column }} is not null{{ ' and ' if not loop.last }}{% endfor %}
    window key_in_file as (
        partition by file_name, {% for column in key %}lower({{ column }}){{ ', ' if not loop.last }}{% endfor %}
    )
    qualify line_number > min(line_number) over key_in_file
{%- endmacro %}

{#- A word that is none of a few, in any case. -#}
{% macro not_one_of(column, words) -%}
    select
        place || ': {{ column }} is ''' || {{ column }}
        || '''. {% if words | length > 1 %}Write one of: {% else %}For now it can only be {% endif %}'
        || '{{ words | join(", ") }}.' as message
    from lines
    where {{ column }} is not null and not list_contains({{ sql_list(words | map('lower') | list) }}, lower({{ column }}))
{%- endmacro %}

{#- A text that is no date, instant, whole number, number of days or number of records. -#}
{% macro not_written_as(column, kind) -%}
    {%- set kinds = {
        'date': {
            'type': 'date',
            'pattern': '\\d{4}-\\d{2}-\\d{2}',
            'advice': 'Write year, month and day as in 2027-07-31',
        },
        'instant': {
            'type': 'timestamptz',
            'pattern': '\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2})?(Z|[+-]\\d{2}:\\d{2})?)?',
            'advice': 'Write a day as in 2027-07-31, or an instant in UTC as in 2027-07-31T22:00:00Z',
        },
        'number': {
            'type': 'integer',
            'pattern': '-?\\d+',
            'advice': 'Write a whole number as in 10',
        },
        'number of days': {
            'type': 'integer',
            'pattern': '0*[1-9]\\d{0,3}',
            'advice': 'Write a whole number from 1 as in 7, or leave it blank for 3',
        },
        'number of days of grace': {
            'type': 'integer',
            'pattern': '\\d{1,3}',
            'advice': 'Write a whole number up to 999 as in 14, or leave it blank for 0',
        },
        'number of records': {
            'type': 'integer',
            'pattern': '0*[1-9]\\d{0,5}',
            'advice': 'Write a whole number from 1 to 999999 as in 1000, or leave it blank for 5000',
        },
    } -%}
    select
        place || ': {{ column }} is ''' || {{ column }} || ''', which is no {{ kind }}. '
        || '{{ kinds[kind].advice }}.' as message
    from lines
    where
        is_in_force
        and (
            not regexp_full_match({{ column }}, '{{ kinds[kind].pattern }}')
            or ({{ column }} is not null and try_cast({{ column }} as {{ kinds[kind].type }}) is null)
        )
{%- endmacro %}
