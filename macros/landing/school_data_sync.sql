{#-
    What is made of the columns of a School Data Sync V2.1 file as it lands: column as it lands -> SQL. It has what OneRoster asks
    for under other names (catalogue.school_data_sync_column), and lacks ids of memberships: theirs are made up of what tells
    one from another, with bars between, as those of roles that come from users of OneRoster 1.1.

    Role and grade are part of an id in lower case, and the grade of a student with its zero, so that another spelling makes no
    other record. The grade belongs to it since a person may have one role in several grades; who moves up has another record.
-#}
{% macro school_data_sync_values(file) %}
    {%- set grade = "regexp_replace(lower(grade), '^([0-9])$', '0\\1')" -%}
    {%- set made = {
        'users.csv': {
            'enabledUser': "'true'",
            'userIds': "nullif(concat_ws(',', " ~ as_user_id('activeDirectoryMatchId') ~ ", " ~ as_user_id('userNumber') ~ "), '')",
        },
        'roles.csv': {
            'sourcedId': made_up_id(['"userSourcedId"', '"orgSourcedId"', 'lower(role)', '"sessionSourcedId"', grade]),
            'roleType': "case " ~ as_boolean('"isPrimary"') ~ " when true then 'primary' when false then 'secondary' end",
        },
        'classes.csv': {'classType': "'scheduled'"},
        'enrollments.csv': {'sourcedId': made_up_id(['"classSourcedId"', '"userSourcedId"', 'lower(role)'])},
        'relationships.csv': {
            'sourcedId': made_up_id(['"userSourcedId"', '"relationshipUserSourcedId"', 'lower("relationshipRole")']),
        },
        'userFlags.csv': {'sourcedId': made_up_id(['"userSourcedId"', 'lower(flag)'])},
    }.get(file, {}) -%}
    {%- if file == 'demographics.csv' and execute -%}
        {#- each spelling of a code that a column stands for, as a list of SQL -#}
        {%- for column, list, spellings in run_query(
            "select columns.column_name, received.column_name, string_agg('''' || replace(codes.spelling, '''', '''''') || '''', ', '"
            ~ " order by codes.spelling) from " ~ ref('code_spelling') ~ " as codes inner join " ~ ref('oneroster_column')
            ~ " as columns on columns.file_name = 'demographics.csv' and columns.column_name = codes.code inner join "
            ~ ref('school_data_sync_column') ~ " as received on received.file_name = columns.file_name"
            ~ " and list_contains(string_split(received.made_into, ', '), columns.column_name) group by all order by 1"
        ).rows -%}
            {#- what is not listed is not denied -#}
            {%- do made.update({
                column: "case when list_has_any(" ~ as_list('lower("' ~ list ~ '")') ~ ", [" ~ spellings ~ "]) then 'true' end"
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {% do return(made) %}
{% endmacro %}

{#- The records of a file with the values that are made of others; a line that cannot be read has none. -#}
{% macro with_values_made(records, values) -%}
    {%- if not values -%}
    {{ records }}
    {%- else -%}
    select * replace (
        {%- for column, value in values.items() %}
        case when unreadable_reason is null then {{ value }} end as "{{ column }}"{{ ',' if not loop.last }}
        {%- endfor %}
    )
    from ({{ records }})
    {%- endif -%}
{%- endmacro %}

{#- An id made up of parts, with bars between them; blank parts at its end leave no bar. -#}
{% macro made_up_id(parts) -%}
    rtrim(concat_ws('|', {% for part in parts %}coalesce({{ part }}, ''){{ ', ' if not loop.last }}{% endfor %}), '|')
{%- endmacro %}

{#- A value as an item of userIds, where it is one: what cannot stand in a list is told of its own column. -#}
{% macro as_user_id(column) -%}
    case
        when not coalesce({{ rule_placeholder('"' ~ column ~ '"', 'words too') }} or {{ rule_well_formed_id('"' ~ column ~ '"') }}, false)
            then '{' || '{{ column }}:' || "{{ column }}" || '}'
    end
{%- endmacro %}
