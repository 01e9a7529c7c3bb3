{#-
    The landed lines of a file, those of people who were forgotten (scripts/forget.py) without anything in them: they are
    counted as withdrawn, and nothing of them is kept. Others who name such a person as their agent lose that name.

    The list, privacy.removal, holds keyed hashes of person ids; its key lies in a file beside the warehouse.
-#}
{% macro without_forgotten_people(file, lines) -%}
    {%- set inbound_flows = ref('inbound_flow') -%}
    {%- set person = {
        'users.csv': 'sourcedId', 'demographics.csv': 'sourcedId',
        'enrollments.csv': 'userSourcedId', 'roles.csv': 'userSourcedId', 'userProfiles.csv': 'userSourcedId',
    }.get(file) -%}
    {%- if not person or not people_are_forgotten() -%}
    {{ lines }}
    {%- else -%}
    select
        inbound_flow_id,
        drop_id,
        oneroster_version,
        line_number,
        {%- for column in ['unreadable_reason', 'surplus_cells'] + file_columns(file) | map(attribute='name') | list + ['metadata'] %}
        case
            when not is_forgotten then
                {%- if column == 'agentSourcedIds' %}
                nullif(array_to_string(list_filter(
                    {{ as_list('"agentSourcedIds"') }},
                    lambda agent: not list_contains(forgotten_hashes, {{ keyed_hash("source_system_id || ':' || agent", 'hash_key') }})
                ), ','), '')
                {%- else %} "{{ column }}"
                {%- endif %}
            {%- if column == 'status' %} else 'tobedeleted'{% endif %}
        end as "{{ column }}"{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            lines.*,
            inbound_flows.source_system_id,
            forgotten.*,
            coalesce(
                list_contains(
                    forgotten.forgotten_hashes,
                    {{ keyed_hash("inbound_flows.source_system_id || ':' || lines.\"" ~ person ~ '"', 'forgotten.hash_key') }}
                ),
                false
            ) as is_forgotten
        from ({{ lines }}) as lines
        inner join {{ inbound_flows }} as inbound_flows on lines.inbound_flow_id = inbound_flows.inbound_flow_id
        cross join (
            select
                list(person_hash) as forgotten_hashes,
                (select trim(content, concat(' ', chr(10), chr(13))) from read_text('{{ key_file() | replace("'", "''") }}')) as hash_key
            from {{ earlier('privacy', 'removal') }}
            where reason = 'person'
        ) as forgotten
    )
    {%- endif -%}
{%- endmacro %}

{#- Whether the warehouse holds a list of people to keep out. Without its key the list is of no use, and no run may go on. -#}
{% macro people_are_forgotten() %}
    {% set removals = earlier('privacy', 'removal') %}
    {% if removals is none or run_query("select 1 from " ~ removals ~ " where reason = 'person' limit 1").rows | length == 0 %}
        {% do return(false) %}
    {% endif %}
    {% if run_query("select 1 from glob('" ~ key_file() | replace("'", "''") ~ "')").rows | length == 0 %}
        {{ exceptions.raise_compiler_error(
            "The key file " ~ key_file() ~ " is missing, without which people who were forgotten would come back. "
            ~ "Put it there again from the backup, or set ONEROSTER_KEY."
        ) }}
    {% endif %}
    {#- 64 hexadecimal digits and the end of the line, compared as bytes: what is damaged may be no text -#}
    {% if run_query(
        "select 1 from read_blob('" ~ key_file() | replace("'", "''")
        ~ "') where regexp_full_match(hex(content), '(3[0-9]|[46][1-6]){64}(0A|0D|20)*')"
    ).rows | length == 0 %}
        {{ exceptions.raise_compiler_error(
            "The key file " ~ key_file() ~ " is empty or damaged, and without it people who were forgotten would come back. "
            ~ "Put it there again from the backup, or set ONEROSTER_KEY."
        ) }}
    {% endif %}
    {% do return(true) %}
{% endmacro %}

{#- The file that holds the key of the hashes: beside the warehouse, with the ending .key. -#}
{% macro key_file() -%}
    {{ env_var('ONEROSTER_KEY', modules.re.sub('[.][^./]*$', '', env_var('ONEROSTER_WAREHOUSE', 'warehouse/roster.duckdb')) ~ '.key') }}
{%- endmacro %}

{#- The keyed hash of a text, which cannot be guessed or reversed without the key; the same as in scripts/privacy.py. -#}
{% macro keyed_hash(text, key) -%}
    sha256({{ key }} || sha256({{ key }} || {{ text }}))
{%- endmacro %}
