{#-
    What this run changes in the history of a file: the difference between what is staged and what history holds open.
    Rows: records that appeared, changed or returned, with their staged values; records that left, with their last
    values; and those that a rejected line stood in for (`stood_in`), which history keeps as they are.

    Only a flow whose drop delivered the file says anything about absence, and only in bulk: what a delta does not name stays
    as it is, and what it says is deleted ends. A key on a rejected or unreadable line is not absent, and while one unreadable
    line's id cannot be told, nothing of its file is.
-#}
{% macro changes_of(file) -%}
{%- set name = snake_case(file) -%}
{%- set history = earlier_relation('history', name) -%}
{%- set staging = ref('stg_' ~ model_name(file)) -%}
{#- by name, as the catalog remembers them: documentation is also made where the landed files are not at hand -#}
{%- set columns = run_query(
    "select column_name from duckdb_columns() where database_name = current_database() and schema_name = '" ~ staging.schema
    ~ "' and table_name = '" ~ staging.identifier ~ "' order by column_index"
).columns[0].values() | list if execute else ['inbound_flow_id', 'sourced_id'] -%}
{%- set values = columns | reject('in', ['inbound_flow_id', 'sourced_id']) | list -%}
{#- what a delta says of itself is no change of the record -#}
{%- set compared = values | reject('in', ['status', 'date_last_modified']) | list -%}
{%- set is_roles = file == 'roles.csv' -%}
-- depends_on: {{ ref('accepted_file') }}
-- depends_on: {{ ref('earlier_activity') }}
-- depends_on: {{ ref('validation_' ~ model_name(file)) }}
{% if is_roles -%}
-- depends_on: {{ ref('validation_oneroster__users') }}
-- depends_on: {{ ref('stg_oneroster__users') }}
{% endif -%}
with current_run as (
    select *
    from {{ ref('run') }}
    -- named, so that the view of a first run says what that run changed after it has ended, too
    where run_id = '{{ invocation_id }}'
),

staged as (
    select * from {{ staging }}
),

{% if history is none -%}
final as (
    select
        staged.*,
        true as is_active_in_session,
        current_run.run_at as first_seen_at,
        cast(null as timestamp) as last_seen_at,
        cast(null as varchar) as ended_by,
        'appeared' as change,
        current_run.run_at as recorded_at
    from staged
    cross join current_run
)
{%- else -%}
{%- set held_columns = adapter.get_columns_in_relation(history) | map(attribute='name') | list -%}
{#- roles of a 1.1 drop are derived from users.csv, so that file speaks for them -#}
delivered as (
    select
        inbound_flow_id,
        bool_and(delivered_as = 'delta') as is_delta
    from {{ ref('accepted_file') }}
    where file_name = '{{ file }}'{{ " or (file_name = 'users.csv' and oneroster_version = '1.1')" if is_roles }}
    group by inbound_flow_id
),

held as (
    select *
    from {{ history }}
    where dbt_valid_to is null and inbound_flow_id in (select delivered.inbound_flow_id from delivered)
),

-- what a line of a delta says is deleted
deleted as (
    {%- for deleted_file in [file] + (['users.csv'] if is_roles else []) %}
    select
        lines.inbound_flow_id,
        {{ 'held' if deleted_file != file else 'lines' }}.sourced_id
    from {{ ref('validation_' ~ model_name(deleted_file)) }} as lines
    inner join {{ ref('accepted_file') }} as accepted_files
        on
            lines.inbound_flow_id = accepted_files.inbound_flow_id
            and lines.drop_id = accepted_files.drop_id
            and accepted_files.file_name = '{{ deleted_file }}'
            and accepted_files.delivered_as = 'delta'
            {{ "and accepted_files.oneroster_version = '1.1'" if deleted_file != file }}
    {%- if deleted_file != file %}
    inner join held on lines.inbound_flow_id = held.inbound_flow_id and lines.sourced_id = held.user_sourced_id
    {%- endif %}
    where lines.disposition = 'withdrawn'
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

unstaged_lines as (
    select
        inbound_flow_id,
        sourced_id
    from {{ ref('validation_' ~ model_name(file)) }}
    where disposition in ('rejected', 'unreadable') and not (disposition = 'rejected' and sourced_id is null)
    {%- if is_roles %}
    union all
    select
        users.inbound_flow_id,
        held.sourced_id
    from {{ ref('validation_oneroster__users') }} as users
    inner join {{ ref('accepted_file') }} as accepted_files
        on
            users.inbound_flow_id = accepted_files.inbound_flow_id
            and accepted_files.file_name = 'users.csv'
            and accepted_files.oneroster_version = '1.1'
    left join held on users.inbound_flow_id = held.inbound_flow_id and users.sourced_id = held.user_sourced_id
    where
        users.disposition in ('rejected', 'unreadable')
        and (held.sourced_id is not null or (users.disposition = 'unreadable' and users.sourced_id is null))
    {%- endif %}
),

-- the last run that staged a record which a rejected line stood in for since; else the last run with the file
last_staged as (
    select *
    from ({{ records_stood_in_for() }})
    where file_name = '{{ file }}'
),

last_deliveries as (
    select
        inbound_flow_id,
        max(run_at) as run_at
    from {{ ref('earlier_activity') }}
    where
        list_contains(processed_files, '{{ file }}')
        {%- if is_roles %}
        or (oneroster_version = '1.1' and list_contains(processed_files, 'users.csv'))
        {%- endif %}
    group by inbound_flow_id
),

differences as (
    select
        coalesce(staged.inbound_flow_id, held.inbound_flow_id) as inbound_flow_id,
        coalesce(staged.sourced_id, held.sourced_id) as sourced_id,
        {%- for column in values %}
        case when staged.sourced_id is not null then staged.{{ column }} {{ 'else held.' ~ column if column in held_columns }} end as {{ column }},
        {%- endfor %}
        held.first_seen_at,
        held.dbt_valid_from,
        deleted.sourced_id is not null as is_deleted,
        case
            when held.sourced_id is null then 'appeared'
            when staged.sourced_id is null then 'left'
            when not held.is_active_in_session then 'returned'
            else 'changed'
        end as change
    from staged
    full join held on staged.inbound_flow_id = held.inbound_flow_id and staged.sourced_id = held.sourced_id
    left join deleted on held.inbound_flow_id = deleted.inbound_flow_id and held.sourced_id = deleted.sourced_id
    where
        held.sourced_id is null
        or (
            staged.sourced_id is null
            and held.is_active_in_session
            and (
                deleted.sourced_id is not null
                or held.inbound_flow_id not in (select delivered.inbound_flow_id from delivered where delivered.is_delta)
                {%- if is_roles %}
                -- a user of 1.1 is named with all organizations, and so with all roles
                or (held.inbound_flow_id, held.user_sourced_id) in (
                    select
                        users.inbound_flow_id,
                        users.sourced_id
                    from {{ ref('stg_oneroster__users') }} as users
                    where users.role is not null
                )
                {%- endif %}
            )
        )
        or (
            staged.sourced_id is not null
            and (
                not held.is_active_in_session
                {%- for column in compared if column in held_columns %}
                or staged.{{ column }} is distinct from held.{{ column }}
                {%- endfor %}
            )
        )
),

final as (
    select
        differences.* exclude (first_seen_at, dbt_valid_from, is_deleted, change),
        differences.change <> 'left' as is_active_in_session,
        coalesce(differences.first_seen_at, current_run.run_at) as first_seen_at,
        case when differences.change = 'left' then
            -- a run that broke off after it wrote this version saw the record, though it does not count
            greatest(coalesce(last_staged.last_staged_at, last_deliveries.run_at), differences.dbt_valid_from)
        end as last_seen_at,
        case when differences.change = 'left' then if(differences.is_deleted, 'deleted', 'absent') end as ended_by,
        case
            when differences.change = 'left' and not differences.is_deleted and (
                exists (
                    select 1 from unstaged_lines
                    where
                        unstaged_lines.inbound_flow_id = differences.inbound_flow_id
                        and unstaged_lines.sourced_id = differences.sourced_id
                )
                or exists (
                    select 1 from unstaged_lines
                    where unstaged_lines.inbound_flow_id = differences.inbound_flow_id and unstaged_lines.sourced_id is null
                )
            ) then 'stood_in'
            else differences.change
        end as change,
        current_run.run_at as recorded_at
    from differences
    cross join current_run
    left join last_staged
        on
            differences.inbound_flow_id = last_staged.inbound_flow_id
            and differences.sourced_id = last_staged.sourced_id
    left join last_deliveries on differences.inbound_flow_id = last_deliveries.inbound_flow_id
)
{%- endif %}

select * from final
{%- endmacro %}
