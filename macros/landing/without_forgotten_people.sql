{#-
    The landed lines of a file, those of people who were forgotten (scripts/forget.py) without anything in them: they are
    counted as withdrawn, and nothing of them is kept. Others who name such a person as their agent lose that name.

    The list, privacy.removal, holds keyed hashes of person ids; its key lies in a file beside the warehouse.
-#}
{% macro without_forgotten_people(file, columns, lines) -%}
    {%- set people = {
        'users.csv': ['sourcedId'], 'demographics.csv': ['sourcedId'],
        'enrollments.csv': ['userSourcedId'], 'roles.csv': ['userSourcedId'], 'userProfiles.csv': ['userSourcedId'],
        'relationships.csv': ['userSourcedId', 'relationshipUserSourcedId'], 'userFlags.csv': ['userSourcedId'],
    }.get(file) -%}
    {%- if not people or not people_are_forgotten() -%}
    {{ lines }}
    {%- else -%}
    select
        inbound_flow_id,
        drop_id,
        oneroster_version,
        line_number,
        {%- for column in ['unreadable_reason', 'surplus_cells'] + columns + ['metadata'] %}
        case
            when not is_forgotten then
                {%- if column == 'agentSourcedIds' %}
                nullif(array_to_string(list_filter(
                    {{ as_list('"agentSourcedIds"') }}, lambda agent: {{ is_forgotten('agent') }} is not true
                ), ','), '')
                {%- else %} "{{ column }}"
                {%- endif %}
            {%- if column == 'status' %} else 'tobedeleted'{% endif %}
        end as "{{ column }}"{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            lines.*,
            {%- for person in people %}
            {{ 'or ' if not loop.first }}coalesce({{ is_forgotten('lines."' ~ person ~ '"') }}, false)
            {%- endfor %} as is_forgotten
        from ({{ lines }}) as lines
    )
    {%- endif -%}
{%- endmacro %}

{#- Whether somebody of the flow that is being landed was forgotten, as SQL; `sourced_id` is SQL too. -#}
{% macro is_forgotten(sourced_id) -%}
    list_contains(
        getvariable('forgotten_people'),
        {{ keyed_hash("getvariable('source_system_id') || ':' || " ~ sourced_id, "getvariable('hash_key')") }}
    )
{%- endmacro %}

{#-
    Puts what `is_forgotten` asks for into variables of the connection. A join would let go of the order of the lines, which
    gives each its number.
-#}
{% macro remember_forgotten_people(inbound_flow_id) %}
    {%- if people_are_forgotten() -%}
        {%- do run_query(
            "set variable forgotten_people = (select list(person_hash) from " ~ earlier('privacy', 'removal') ~ " where reason = 'person');"
            ~ " set variable hash_key = (select trim(content, concat(' ', chr(10), chr(13))) from read_text('" ~ quoted(key_file()) ~ "'));"
            ~ " set variable source_system_id = (select source_system_id from " ~ ref('inbound_flow')
            ~ " where inbound_flow_id = '" ~ inbound_flow_id ~ "')"
        ) -%}
    {%- endif -%}
{% endmacro %}

{#- Whether the warehouse holds a list of people to keep out. Without its key the list is of no use, and no run may go on. -#}
{% macro people_are_forgotten() %}
    {% if run_query("select 1 from " ~ earlier('privacy', 'removal') ~ " where reason = 'person' limit 1").rows | length == 0 %}
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

{#- A digest of the list of people to keep out, which tells what was landed before the list grew. Empty without a list. -#}
{% macro forgotten_people() %}
    {%- if people_are_forgotten() -%}
        {%- do return(run_query(
            "select md5(string_agg(person_hash, ',' order by person_hash)) from " ~ earlier('privacy', 'removal')
        ).rows[0][0]) -%}
    {%- endif -%}
    {%- do return('') -%}
{% endmacro %}

{#- The file that holds the key of the hashes: beside the warehouse, with the ending .key. -#}
{% macro key_file() -%}
    {{ env_var('ONEROSTER_KEY', modules.re.sub('[.][^./]*$', '', env_var('ONEROSTER_WAREHOUSE', 'warehouse/roster.duckdb')) ~ '.key') }}
{%- endmacro %}

{#- The keyed hash of a text, which cannot be guessed or reversed without the key; the same as in scripts/privacy.py. -#}
{% macro keyed_hash(text, key) -%}
    sha256({{ key }} || sha256({{ key }} || {{ text }}))
{%- endmacro %}
