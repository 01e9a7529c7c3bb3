{#-
    Labels the records of a file once with the rules they break: the engine's heart. The rules come from `rules_of`,
    what breaks a rule from the macro `rule_<name>`, what to say about it from `problem_<name>`; this macro only puts
    them together. Only lines with something to say about them become rows, so that a clean file costs a scan, no copy.

    Two passes. The first goes over all lines, unnumbered and so in parallel, and gathers the ids of suspects: those that
    break a rule, or might. The second numbers the lines and judges those of suspects only, word for word; so the first
    may suspect too many, never too few.

    Expects in the calling model the CTEs `landing` (the file's landing model) and, for each reference to
    another file, one named for that file (`orgs`) that holds its `reference_targets`; for users also `contacts`. Renders further CTEs, the last of them named `judged`.
-#}
{% macro judged_records(file) -%}
{%- set rules = rules_of(file) | rejectattr('name', 'in', ['not_repeated', 'readable_line']) | list -%}
{%- set per_record = [] -%}
{%- set self_references = [] -%}
{%- set target_columns = [] -%}
{%- set list_target_columns = [] -%}
{%- for rule in rules -%}
    {%- if rule.name == 'no_cycle' or (rule.name == 'references' and rule.arguments.to == file) -%}
        {%- do self_references.append(rule) -%}
    {%- elif not (rule.name in file_notices() and rule.severity == 'warning') -%}
        {%- do per_record.append(rule) -%}
    {%- endif -%}
    {%- if rule.name == 'references' and rule.is_list -%}
        {%- do list_target_columns.append(rule) -%}
    {%- elif rule.name == 'references' -%}
        {%- do target_columns.append(rule) -%}
    {%- endif -%}
{%- endfor -%}
{%- set key = key_column(file) -%}
{%- set columns = file_columns(file) | map(attribute='name') | list -%}
{%- set is_users = file == 'users.csv' %}
{%- set unnumbered_lines = live_lines(file) -%}
{%- set other_target_columns = target_columns | reject('in', self_references) | list -%}
{%- set other_list_target_columns = list_target_columns | reject('in', self_references) | list -%}
{#- who is in conflict has an id that is repeated -#}
{%- set rules_to_ask = doubtful_rules(file, per_record) | reject('in', other_list_target_columns)
    | rejectattr('name', 'equalto', 'not_in_conflict') | list -%}
known_codes as (
    select
        {%- for rule in rules | selectattr('name', 'equalto', 'in_reference_definitions') | unique(attribute='arguments.reference_type') %}
        list(lower(code)) filter (where reference_type = '{{ rule.arguments.reference_type }}') as {{ rule.arguments.reference_type }},
        {%- endfor %}
        count(*) as codes
    from {{ ref('ref_definition') }}
    where not is_disabled
),

suspects as (
    select
        inbound_flow_id,
        sourced_id
    from ({{ unnumbered_lines }}) as live_lines
    group by inbound_flow_id, sourced_id
    having count(*) > 1
    union
    select
        records.inbound_flow_id,
        records.sourced_id
    {{ broken_records('(' ~ unnumbered_lines ~ ')', rules_to_ask, other_target_columns) }}
    {%- for rule in other_list_target_columns %}
    union
    {{ suspects_by_items(unnumbered_lines, rule, snake_case(rule.arguments.to), rule_references('items.item', 'targets')) }}
    {%- endfor %}
    {%- for rule in self_references if not rule.is_list %}
    union
    select
        inbound_flow_id,
        sourced_id
    from ({{ unnumbered_lines }}) as live_lines
    where "{{ rule.file_column }}" is not null
    {%- endfor %}
),

{% for rule in self_references if rule.is_list -%}
-- whoever names a suspect may have to do without
sound_ids as (
    select
        live_lines.inbound_flow_id,
        live_lines.sourced_id
    from ({{ unnumbered_lines }}) as live_lines
    anti join suspects
        on live_lines.inbound_flow_id = suspects.inbound_flow_id and live_lines.sourced_id = suspects.sourced_id
),

{% endfor -%}
landed as (
    select landing.*
    from landing
    left join (
        select * from suspects
        {%- for rule in self_references if rule.is_list %}
        union
        {{ suspects_by_items(unnumbered_lines, rule, 'sound_ids', 'items.item is not null and targets.sourced_id is null') }}
        {%- endfor %}
    ) as all_suspects
        on landing.inbound_flow_id = all_suspects.inbound_flow_id and landing."{{ key }}" = all_suspects.sourced_id
    where
        all_suspects.sourced_id is not null
        or landing."{{ key }}" is null
        or landing.unreadable_reason is not null
        or {{ is_withdrawn(file, 'landing') }}
),

live as (
    select *
    from landed
    where unreadable_reason is null and not {{ is_withdrawn(file, 'landed') }}
),

repeated_ids as (
    select
        inbound_flow_id,
        "{{ key }}"
    from live
    where "{{ key }}" is not null
    group by inbound_flow_id, "{{ key }}"
    having count(*) > 1
),

-- what is not used (status, dateLastModified) does not make records differ{{ ', nor do the organizations of 1.1 users' if is_users }}
repeats as (
    select
        inbound_flow_id,
        line_number,
        {% if is_users -%}
        case
            when oneroster_version = '1.1' and count(*) over same_contents > 1
                then array_to_string(
                    list_sort(list_distinct(flatten(list({{ as_list('"orgSourcedIds"') }}) over all_same_contents))), ','
                )
        end as merged_organizations,
        {% endif -%}
        row_number() over same_contents > 1 as is_copy,
        min(contents) over same_id <> max(contents) over same_id as is_in_conflict
    from (
        select
            live.*,
            to_json(struct_pack(
                {%- for column in columns if column not in [key, 'status', 'dateLastModified'] %}
                "{{ column }}" := {% if is_users and column == 'orgSourcedIds' -%}
                    case when live.oneroster_version = '1.2' then live."orgSourcedIds" end
                {%- else -%}
                    live."{{ column }}"
                {%- endif %},
                {%- endfor %}
                metadata := live.metadata
            )) as contents
        from live
        semi join repeated_ids
            on live.inbound_flow_id = repeated_ids.inbound_flow_id and live."{{ key }}" = repeated_ids."{{ key }}"
    )
    window
        same_id as (partition by inbound_flow_id, "{{ key }}"),
        all_same_contents as (partition by inbound_flow_id, "{{ key }}", contents),
        same_contents as (
            partition by inbound_flow_id, "{{ key }}", contents order by line_number
            {#- a running frame would count only the copies so far #}
            rows between unbounded preceding and unbounded following
        )
),

records as (
    select
        live.*{% if is_users %} replace (
            coalesce(repeats.merged_organizations, live."orgSourcedIds") as "orgSourcedIds"
        ),
        repeats.merged_organizations,
        contacts.sourced_id is not null as is_contact{% endif %},
        coalesce(repeats.is_in_conflict, false) as is_in_conflict
    from live
    left join repeats
        on live.inbound_flow_id = repeats.inbound_flow_id and live.line_number = repeats.line_number
    {%- if is_users %}
    left join contacts
        on live.inbound_flow_id = contacts.inbound_flow_id and live."{{ key }}" = contacts.sourced_id
    {%- endif %}
    where not coalesce(repeats.is_copy, false)
),

{% for rule in other_list_target_columns -%}
{{ dangling_items(rule, snake_case(rule.arguments.to)) }},

{% endfor -%}
first_findings as (
    {{ findings_of(per_record, other_target_columns, other_list_target_columns) }}
),

{% if self_references -%}
-- a record may name another of its own file, which holds when that one is not left out itself
{{ snake_case(file) }} as (
    select
        own.inbound_flow_id,
        own.sourced_id,
        bool_or(own.is_staged or held.sourced_id is not null) as is_usable
    from (
        select
            live_lines.inbound_flow_id,
            live_lines.sourced_id,
            rejected.sourced_id is null as is_staged
        from ({{ unnumbered_lines }}) as live_lines
        left join (
            select distinct
                records.inbound_flow_id,
                records."{{ key }}" as sourced_id
            from records
            semi join first_findings
                on
                    records.inbound_flow_id = first_findings.inbound_flow_id
                    and records.line_number = first_findings.line_number
                    and first_findings.finding.severity = 'error'
        ) as rejected
            on live_lines.inbound_flow_id = rejected.inbound_flow_id and live_lines.sourced_id = rejected.sourced_id
        where live_lines.sourced_id is not null
        union all
        select
            inbound_flow_id,
            "{{ key }}" as sourced_id,
            false as is_staged
        from landed
        where unreadable_reason is not null and "{{ key }}" is not null
    ) as own
    left join ({{ held_by_history(file) }}) as held
        on own.inbound_flow_id = held.inbound_flow_id and own.sourced_id = held.sourced_id
    group by own.inbound_flow_id, own.sourced_id
),

{% for rule in self_references | selectattr('name', 'equalto', 'references') if rule.is_list -%}
{{ dangling_items(rule, snake_case(file)) }},

{% endfor -%}
{% if self_references | selectattr('name', 'equalto', 'no_cycle') | list -%}
{{ cycle_members(self_references | selectattr('name', 'equalto', 'no_cycle') | first) }},

{% endif -%}
further_findings as (
    {{ findings_of(
        self_references,
        target_columns | select('in', self_references) | list,
        list_target_columns | select('in', self_references) | list
    ) }}
),

{% endif -%}
judged_lines as (
    select
        inbound_flow_id,
        line_number,
        list(finding) as findings
    from (
        select * from first_findings
        {%- if self_references %}
        union all
        select * from further_findings
        {%- endif %}
        {%- if is_users %}
        union all
        -- merged records are rows even when they break no rule: staging takes their organizations from here
        select
            inbound_flow_id,
            line_number,
            null as finding
        from records
        where merged_organizations is not null
        {%- endif %}
    )
    group by inbound_flow_id, line_number
),

judged as (
    select
        landed.inbound_flow_id,
        landed.drop_id,
        landed.line_number,
        landed."{{ key }}" as sourced_id,
        case
            when landed.unreadable_reason is not null then 'unreadable'
            when {{ is_withdrawn(file, 'landed') }} then 'withdrawn'
            when repeats.is_copy then 'collapsed'
            when len(list_filter(judged_lines.findings, lambda finding: finding.severity = 'error')) > 0 then 'rejected'
            else 'staged'
        end as disposition,
        coalesce(
            flatten([
                case when landed.unreadable_reason is not null then {{ line_finding(file, 'readable_line') }} end,
                case when repeats.is_copy then {{ line_finding(file, 'not_repeated') }} end,
                list_filter(judged_lines.findings, lambda finding: finding is not null)
            ]),
            []
        ) as findings
        {%- if is_users %},
        repeats.merged_organizations
        {%- endif %}
    from landed
    left join repeats on landed.inbound_flow_id = repeats.inbound_flow_id and landed.line_number = repeats.line_number
    left join judged_lines
        on landed.inbound_flow_id = judged_lines.inbound_flow_id and landed.line_number = judged_lines.line_number
    where
        landed.unreadable_reason is not null
        or {{ is_withdrawn(file, 'landed') }}
        or repeats.is_copy
        or judged_lines.line_number is not null
)
{%- endmacro %}

{#- Items of a list of references that do not hold, one list of them per line. -#}
{% macro dangling_items(rule, targets) -%}
dangling_{{ rule.column }} as (
    select
        items.inbound_flow_id,
        items.line_number,
        list(distinct {'item': items.item, 'is_rejected': {{ targets }}.sourced_id is not null}) as items
    from (
        select
            inbound_flow_id,
            line_number,
            unnest({{ as_list('"' ~ rule.file_column ~ '"') }}) as item
        from records
        where "{{ rule.file_column }}" is not null
    ) as items
    left join {{ targets }}
        on items.inbound_flow_id = {{ targets }}.inbound_flow_id and items.item = {{ targets }}.sourced_id
    where {{ rule_references('items.item', targets) }}
    group by items.inbound_flow_id, items.line_number
)
{%- endmacro %}

{#- The records whose parents lead back to them. -#}
{% macro cycle_members(rule) -%}
-- a record that is left out leads nowhere
links as (
    select
        records.inbound_flow_id,
        records."sourcedId",
        records."{{ rule.file_column }}" as parent_id
    from records
    anti join (
        select
            inbound_flow_id,
            line_number
        from first_findings
        where finding.severity = 'error'
    ) as rejected
        on records.inbound_flow_id = rejected.inbound_flow_id and records.line_number = rejected.line_number
    where records."{{ rule.file_column }}" is not null
),

walks as (
    select
        inbound_flow_id,
        "sourcedId" as first_id,
        parent_id as reached_id
    from links
    union
    select
        walks.inbound_flow_id,
        walks.first_id,
        links.parent_id as reached_id
    from walks
    inner join links
        on walks.inbound_flow_id = links.inbound_flow_id and walks.reached_id = links."sourcedId"
    where walks.first_id <> walks.reached_id
),

cycle_members as (
    select distinct
        inbound_flow_id,
        first_id
    from walks
    where first_id = reached_id
)
{%- endmacro %}

{#- One row per finding: inbound_flow_id, line_number, finding. -#}
{% macro findings_of(rules, target_rules, list_target_rules) -%}
    {%- if not rules -%}
    select
        cast(null as varchar) as inbound_flow_id,
        cast(null as bigint) as line_number,
        cast(null as {{ finding_type() }}) as finding
    where false
    {%- else -%}
    select
        records.inbound_flow_id,
        records.line_number,
        unnest(flatten([
            {%- for rule in rules %}
            {{ findings(rule) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ])) as finding
    {{ broken_records('records', rules, target_rules, list_target_rules) }}
    {%- endif -%}
{%- endmacro %}

{#- The records of a source that break a rule, with what the rules look up: FROM and WHERE. -#}
{% macro broken_records(source, rules, target_rules, list_target_rules=[]) -%}
    from {{ source }} as records
    cross join known_codes
    {%- for rule in target_rules %}
    left join {{ snake_case(rule.arguments.to) }} as target_of_{{ rule.column }}
        on
            records.inbound_flow_id = target_of_{{ rule.column }}.inbound_flow_id
            and records."{{ rule.file_column }}" = target_of_{{ rule.column }}.sourced_id
    {%- endfor %}
    {%- for rule in list_target_rules %}
    left join dangling_{{ rule.column }}
        on
            records.inbound_flow_id = dangling_{{ rule.column }}.inbound_flow_id
            and records.line_number = dangling_{{ rule.column }}.line_number
    {%- endfor %}
    {%- if rules | selectattr('name', 'equalto', 'no_cycle') | list %}
    left join cycle_members
        on records.inbound_flow_id = cycle_members.inbound_flow_id and records."sourcedId" = cycle_members.first_id
    {%- endif %}
    where
        {%- for rule in rules %}
        {{ 'or ' if not loop.first }}({{ is_broken(rule) }})
        {%- endfor %}
{%- endmacro %}

{#- The ids of those who name something in a list that may not hold. -#}
{% macro suspects_by_items(unnumbered_lines, rule, targets, is_doubtful) -%}
    select
        items.inbound_flow_id,
        items.sourced_id
    from (
        select
            inbound_flow_id,
            sourced_id,
            unnest({{ as_list('"' ~ rule.file_column ~ '"') }}) as item
        from ({{ unnumbered_lines }}) as live_lines
        where "{{ rule.file_column }}" is not null
    ) as items
    left join {{ targets }} as targets
        on items.inbound_flow_id = targets.inbound_flow_id and items.item = targets.sourced_id
    where {{ is_doubtful }}
{%- endmacro %}

{#-
    The lines of a file that are live records, unnumbered. A subquery of its own at each use: a CTE that several use, DuckDB
    would write out whole before it reads on.
-#}
{% macro live_lines(file) -%}
    select
        lines.*,
        {%- if file == 'users.csv' %}
        contacts.sourced_id is not null as is_contact,
        {%- endif %}
        lines."{{ key_column(file) }}" as sourced_id
    from ({{ landed_lines(file) }}) as lines
    {%- if file == 'users.csv' %}
    left join contacts
        on
            lines.inbound_flow_id = contacts.inbound_flow_id
            and lines."{{ key_column(file) }}" = contacts.sourced_id
    {%- endif %}
    where lines.unreadable_reason is null and not {{ is_withdrawn(file, 'lines') }}
{%- endmacro %}

{#- Whether a line of a bulk file says that its record is gone. -#}
{% macro is_withdrawn(file, lines) -%}
    {{ "coalesce(lower(" ~ lines ~ ".status) in ('tobedeleted', 'inactive'), false)"
        if 'status' in file_columns(file) | map(attribute='name') else 'false' }}
{%- endmacro %}

{#- Whether a record breaks a rule. -#}
{% macro is_broken(rule) -%}
    {%- if rule.name == 'references' and rule.is_list -%}
        dangling_{{ rule.column }}.items is not null
    {%- elif rule.is_list and rule.name not in ['required', 'one_line'] -%}
        len(list_filter({{ as_list('records."' ~ rule.file_column ~ '"') }}, lambda item: {{ broken_value(rule, 'item') }})) > 0
    {%- else -%}
        {{ broken_value(rule, value_of(rule)) }}
    {%- endif -%}
{%- endmacro %}

{#- The value that a rule looks at: the whole cell. -#}
{% macro value_of(rule) -%}
    {%- if rule.is_list and rule.name == 'required' -%}
        {{ as_list('records."' ~ rule.file_column ~ '"') }}
    {%- elif rule.file_column -%}
        records."{{ rule.file_column }}"
    {%- else -%}
        cast(null as varchar)
    {%- endif -%}
{%- endmacro %}

{#- The items of a list that break a rule. -#}
{% macro broken_items(rule) -%}
    list_filter(
        list_distinct({{ as_list('records."' ~ rule.file_column ~ '"') }}), lambda item: {{ broken_value(rule, 'item') }}
    )
{%- endmacro %}

{#- Whether a value, or an item of a list, breaks a rule. -#}
{% macro broken_value(rule, value) -%}
    {%- set predicate = context['rule_' ~ rule.name] -%}
    {%- if rule.name == 'references' -%}
        {{ predicate(value, 'target_of_' ~ rule.column) }}
    {%- elif rule.name == 'in_reference_definitions' -%}
        {{ predicate(value, 'known_codes.' ~ rule.arguments.reference_type, rule.arguments.get('extensible', true)) }}
    {%- elif rule.name == 'in_order' -%}
        {{ predicate(value, 'records."' ~ rule.start_file_column ~ '"') }}
    {%- elif rule.name == 'no_cycle' -%}
        cycle_members.first_id is not null
    {%- elif rule.name == 'required' -%}
        {{ predicate(value) }}
        {%- if rule.version %} and records.oneroster_version = '{{ rule.version }}'{% endif -%}
        {%- if rule.arguments.get('except_for') == 'contacts' %} and not records.is_contact{% endif -%}
        {%- if rule.arguments.get('only_for') == 'contacts' %} and records.is_contact{% endif -%}
    {%- else -%}
        {{ predicate(value) }}
    {%- endif -%}
{%- endmacro %}

{#- The findings of a broken rule, a list: one for the value, or one for each bad item; null when the rule holds. -#}
{% macro findings(rule) -%}
    {%- if rule.name == 'references' and rule.is_list -%}
        {{ item_findings(
            rule, 'dangling_' ~ rule.column ~ '.items', 'bad.item',
            problem_references('bad.item', rule.arguments.to, 'bad.is_rejected'), 'bad.is_rejected'
        ) }}
    {%- elif rule.is_list and rule.name not in ['required', 'one_line'] -%}
        {{ item_findings(rule, broken_items(rule), 'bad', problem_of(rule, 'bad')) }}
    {%- elif rule.name == 'references' -%}
        case when {{ is_broken(rule) }} then [{{ finding(
            rule, value_of(rule),
            problem_references(value_of(rule), rule.arguments.to, 'target_of_' ~ rule.column ~ '.sourced_id is not null'),
            'target_of_' ~ rule.column ~ '.sourced_id is not null'
        ) }}] end
    {%- else -%}
        case when {{ is_broken(rule) }} then [{{ finding(
            rule, 'records."' ~ rule.file_column ~ '"' if rule.file_column else 'cast(null as varchar)', problem_of(rule, value_of(rule))
        ) }}] end
    {%- endif -%}
{%- endmacro %}

{#-
    The findings about the bad items of a list. Whether good ones are left is asked once for the list: asked for each
    item, a list of thousands would take hours.
-#}
{% macro item_findings(rule, items, value, problem, is_rejected='false') -%}
    {%- set with_none_left = 'list_transform(' ~ items ~ ', lambda bad: ' ~ finding(rule, value, problem, is_rejected) ~ ')' -%}
    {%- set with_some_left = 'list_transform(' ~ items ~ ', lambda bad: ' ~ finding(rule, value, problem, is_rejected, 'true') ~ ')' -%}
    case
        when len({{ items }}) < list_unique({{ as_list('records."' ~ rule.file_column ~ '"') }}) then {{ with_some_left }}
        else {{ with_none_left }}
    end
{%- endmacro %}

{#- What is wrong with a value and what to do, as a SQL text. -#}
{% macro problem_of(rule, value) -%}
    {%- set problem = context['problem_' ~ rule.name] -%}
    {%- if rule.name == 'in_reference_definitions' -%}
        {{ problem(value, rule.arguments.reference_type) }}
    {%- elif rule.name == 'in_order' -%}
        {{ problem(value, 'records."' ~ rule.start_file_column ~ '"') }}
    {%- else -%}
        {{ problem(value) }}
    {%- endif -%}
{%- endmacro %}

{#-
    One finding as a SQL struct. `some_are_left` tells of a list that other items are good: then a bad item is left out
    whatever the severity, and only a list without a good item costs the record.
-#}
{% macro finding(rule, value, problem, is_rejected='false', some_are_left='false') -%}
    {%- set is_softened = rule.is_list and rule.severity == 'error' and some_are_left != 'false' -%}
    {
        'rule': '{{ rule.name }}',
        'column_name': {{ "'" ~ rule.file_column ~ "'" if rule.file_column else 'cast(null as varchar)' }},
        'severity': {{ "case when " ~ some_are_left ~ " then 'warning' else 'error' end" if is_softened else "'" ~ rule.severity ~ "'" }},
        'effect': {{ "case when " ~ some_are_left ~ " then 'value_left_out' else 'record_left_out' end" if is_softened else "'" ~ rule.effect ~ "'" }},
        'value': {{ value }},
        'problem': {{ problem }},
        'caused_by': case when {{ is_rejected }} then 'rejected' end
    }
{%- endmacro %}

{% macro finding_type() -%}
    struct(
        rule varchar, column_name varchar, severity varchar, effect varchar, value varchar, problem varchar,
        caused_by varchar
    )
{%- endmacro %}

{#- The finding of a rule about a whole line, as a list; empty when the rule is off. -#}
{% macro line_finding(file, name) -%}
    {%- set on = rules_of(file) | selectattr('name', 'equalto', name) | list -%}
    {%- if on -%}
        [{
            'rule': '{{ name }}',
            'column_name': {{ "'" ~ on[0].file_column ~ "'" if on[0].file_column else 'cast(null as varchar)' }},
            'severity': '{{ on[0].severity }}',
            'effect': '{{ on[0].effect }}',
            'value': landed."{{ key_column(file) }}",
            'problem': {{ context['problem_' ~ name]('landed."' ~ key_column(file) ~ '"') }},
            'caused_by': cast(null as varchar)
        }]
    {%- else -%}
        cast(null as {{ finding_type() }}[])
    {%- endif -%}
{%- endmacro %}

{#- Whether a landed line gives rise to a notice of which one is enough for a file; for a list, whether one of its items does. -#}
{% macro breaks_file_rule(rule) -%}
    {%- set predicate = context['rule_' ~ rule.name] -%}
    {%- if rule.is_list -%}
        len(list_filter({{ as_list('"' ~ rule.file_column ~ '"') }}, lambda item: {{ predicate('item') }})) > 0
    {%- else -%}
        {{ predicate('"' ~ rule.file_column ~ '"' if rule.file_column else 'null') }}
    {%- endif -%}
{%- endmacro %}
