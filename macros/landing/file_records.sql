{#- The data lines of one file. `scan` is its row of landing.accepted_file. -#}
{% macro file_records(scan, columns) -%}
    {%- set file = scan.file_name -%}
    {%- set of_file = in_file(scan) -%}
    {%- set headers = run_query(
        "select position, landed_as, trimmed_header, is_metadata, is_password, oneroster_version from " ~ ref('header_column')
        ~ of_file ~ " order by position"
    ).rows -%}
    {%- set positions = {} -%}
    {%- set metadata = [] -%}
    {%- for header in headers -%}
        {%- if header.is_metadata -%}
            {%- do metadata.append({'key': header.trimmed_header, 'position': header.position}) -%}
        {%- elif header.landed_as and header.oneroster_version in [none, scan.oneroster_version] -%}
            {%- do positions.update({header.landed_as: header.position}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if scan.is_regular and scan.encoding == 'utf-8' -%}
        {{ regular_records(scan, columns, positions, metadata) }}
    {%- else -%}
        {%- set passwords = headers | selectattr('is_password') | map(attribute='position') | list -%}
        {{ irregular_records(scan, columns, positions, metadata, positions.get(key_column(file)), passwords) }}
    {%- endif -%}
{%- endmacro %}

{#- Where a line comes from, the first columns of every landing model. -#}
{% macro origin(scan) -%}
    '{{ scan.inbound_flow_id }}' as inbound_flow_id,
        '{{ scan.drop_id }}' as drop_id,
        {{ "'" ~ scan.oneroster_version ~ "'" if scan.oneroster_version else 'cast(null as varchar)' }} as oneroster_version
{%- endmacro %}

{#- The records of a file whose every line is one: DuckDB's own reader, many times as fast as reading line by line. -#}
{% macro regular_records(scan, columns, positions, metadata) -%}
    select
        {{ origin(scan) }},
        cast(null as bigint) as line_number,
        cast(null as varchar) as unreadable_reason,
        cast(0 as bigint) as surplus_cells,
        {%- for column in columns %}
        {%- if column not in positions %}
        cast(null as varchar) as "{{ column }}",
        {%- else %}
        {{ regular_value(scan, positions[column]) }} as "{{ column }}",
        {%- endif %}
        {%- endfor %}
        {%- if metadata %}
        {{ metadata_map(metadata, regular_value(scan, '@')) }} as metadata
        {%- else %}
        cast(null as map(varchar, varchar)) as metadata
        {%- endif %}
    from read_csv(
        '{{ scan.path | replace("'", "''") }}',
        auto_detect = false, hive_partitioning = false, header = false, skip = 1, delim = ',', quote = '"', escape = '"', comment = '',
        -- lenient about line ends only: the lines themselves are known to be whole
        strict_mode = false,
        columns = {
            {%- for position in range(1, scan.header_width + 1) -%}
            'c{{ position }}': 'varchar'{{ ', ' if not loop.last }}
            {%- endfor -%}
        }
    )
{%- endmacro %}

{#- One value of a regular record. -#}
{% macro regular_value(scan, position) -%}
    {{ trimmed('c' ~ position) if scan.has_blank_edges else 'c' ~ position }}
{%- endmacro %}

{#- The filled `metadata.*` columns of a record, sorted by name; `value` renders the one at position @. -#}
{% macro metadata_map(metadata, value) -%}
    nullif(map_from_entries(list_filter([
            {%- for column in metadata | sort(attribute='key') %}
            {k: '{{ column.key | replace("'", "''") }}', v: {{ value | replace('@', column.position | string) }}}{{ ', ' if not loop.last }}
            {%- endfor %}
        ], lambda entry: entry.v is not null)), map {})
{%- endmacro %}

{#-
    The lines of a file in which not every line is a record: each is taken apart on its own. `passwords` are the positions of
    headers that look like passwords: in a file that may hold some, no text may come to stand where it does not belong.
-#}
{% macro irregular_records(scan, columns, positions, metadata, id, passwords) -%}
    {%- set bad_byte_lines = "select unnest(bad_byte_lines) as line_number from " ~ ref('inbound_file')
        ~ in_file(scan) -%}
    {%- set holds_passwords = passwords or scan.file_name in files_of_passwords() -%}
    select
        {{ origin(scan) }},
        line_number,
        unreadable_reason,
        case when unreadable_reason is null then greatest(len(cells) - {{ scan.header_width }}, 0) end as surplus_cells,
        {%- for column in columns %}
        {%- if column not in positions %}
        cast(null as varchar) as "{{ column }}",
        {%- elif positions[column] == id %}
        case
            when unreadable_reason is null then nullif(cells[{{ id }}], '')
            {%- if not passwords %}
            else {{ unreadable_id(id) }}
            {%- elif id == 1 %}
            -- a line may begin with a password that a line break cut in two, or that lost all cells before it
            when
                not may_be_a_rest
                and coalesce(len(cells), 0) <> 1
                {%- for position in passwords %}
                and not coalesce(
                    len(cells) between {{ scan.header_cells - position + 1 }} and {{ scan.header_width - position + 2 }}, false
                )
                {%- endfor %}
                then {{ unreadable_id(id) }}
            {%- endif %}
        end as "{{ column }}",
        {%- else %}
        case when unreadable_reason is null then nullif(cells[{{ positions[column] }}], '') end as "{{ column }}",
        {%- endif %}
        {%- endfor %}
        {%- if metadata %}
        case when unreadable_reason is null then {{ metadata_map(metadata, "nullif(cells[@], '')") }} end as metadata
        {%- else %}
        cast(null as map(varchar, varchar)) as metadata
        {%- endif %}
    from (
        with lines as materialized (
            {{ mended_lines(scan, bad_byte_lines if scan.has_bad_bytes else none, passwords if holds_passwords else none) }}
        ),

        split_lines as (
            select
                line_number,
                line,
                case
                    when not {{ is_complete_line('line') }} then null
                    when {{ has_blank_edges('line') }}
                        then list_transform({{ csv_cells('line') }}, lambda cell: coalesce({{ trimmed('cell') }}, ''))
                    else {{ csv_cells('line') }}
                end as cells
            from lines
            where line_number > {{ scan.header_line_number }}
        )

        select
            *,
            {%- if holds_passwords %}
            -- surplus cells in each line are a habit; in one line, they are a comma that moved all that follows
            coalesce(min(len(cells)) over () = max(len(cells)) over (), false) as has_even_lines,
            {%- endif %}
            {%- if passwords %}
            -- since the last whole line, one breaks off at a password or behind it, or its cells cannot be told
            coalesce(
                last_value(
                    case
                        when len(cells) >= {{ scan.header_cells }} then false
                        when cells is null or len(cells) >= {{ passwords[0] }} then true
                    end ignore nulls
                ) over (order by line_number rows between unbounded preceding and 1 preceding),
                false
            ) as may_be_a_rest,
            {%- endif %}
            case
                when line is null then 'has bytes that are not UTF-8'
                when cells is null then 'has quotes that do not match'
                when
                    len(cells) < {{ scan.header_cells }}
                    or len(trim(array_to_string(cells[{{ scan.header_cells + 1 }}:], ''))) > 0
                    {%- if holds_passwords %}
                    or (len(cells) > {{ scan.header_width }} and not has_even_lines)
                    {%- endif %}
                    then 'has ' || len(cells) || ' cells where the header has {{ scan.header_cells }}'
            end as unreadable_reason
        from split_lines
    )
{%- endmacro %}

{#- The id of a line that is no record, where nothing before it in the line can have moved it. -#}
{% macro unreadable_id(position) -%}
    case
        when not contains(array_to_string(string_split(line, ',')[:{{ position }}], ','), '"')
            and regexp_full_match(trim(string_split(line, ',')[{{ position }}]), '[0-9A-Za-z._/@-]{1,255}')
            then trim(string_split(line, ',')[{{ position }}])
    end
{%- endmacro %}

{#-
    The filled lines of a file (one that is not UTF-8 comes without text), those joined that make up one record because
    a quoted value holds line breaks. A line at whose end a quote is open is joined up to the next line with an odd
    number of quotes, when that makes a whole record; else it stays for itself, unreadable, so that one bad quote costs
    one line.

    `passwords`, the positions of passwords, is given for a file that may hold some. There, a joined value with a comma in it
    is no value: it may have taken in the cells up to a password.
-#}
{% macro mended_lines(scan, bad_byte_lines, passwords=none) -%}
    {%- if not scan.has_open_lines -%}
        select
            line_number,
            line
        from ({{ csv_lines(scan.path, bad_byte_lines, scan.encoding) }})
        where not {{ is_blank_line('line') }}
        {%- if bad_byte_lines is not none %}
        union all
        select
            line_number,
            cast(null as varchar) as line
        from ({{ bad_byte_lines }})
        {%- endif %}
    {%- else -%}
        with lines as materialized (
            {{ mended_lines({'path': scan.path, 'encoding': scan.encoding, 'has_open_lines': false}, bad_byte_lines) }}
        ),

        scanned as (
            select *
            from {{ ref('inbound_file') }}
            {{ in_file(scan) }}
        ),

        openings as (
            select
                opening.line_number,
                min(odd.line_number) as closing_line_number
            from (select unnest(open_lines) as line_number from scanned) as opening
            inner join (select unnest(odd_lines) as line_number from scanned) as odd
                on opening.line_number < odd.line_number
            group by opening.line_number
        ),

        joined as (
            select
                openings.line_number,
                openings.closing_line_number,
                string_agg(coalesce(lines.line, ''), chr(10) order by lines.line_number) as line
            from openings
            inner join lines
                on lines.line_number between openings.line_number and openings.closing_line_number
            where openings.closing_line_number - openings.line_number < 100
            group by openings.line_number, openings.closing_line_number
        ),

        whole as (
            select *
            from joined
            where
                {{ is_complete_line('line') }}
                and len({{ csv_cells('line') }}) between {{ scan.header_cells }} and {{ scan.header_width + 1 }}
                {%- if passwords is not none %}
                and not list_has_any(
                    list_transform(
                        {{ csv_cells('line') }},
                        lambda cell, position: contains(cell, chr(10)) and contains(cell, ',')
                        and not list_contains({{ passwords }}, position)
                    ),
                    [true]
                )
                {%- endif %}
        ),

        mended as (
            select whole.*
            from whole
            where not exists (
                select 1 from whole as before
                where whole.line_number > before.line_number and whole.line_number <= before.closing_line_number
            )
        )

        select line_number, line from mended
        union all
        select
            lines.line_number,
            lines.line
        from lines
        where not exists (
            select 1 from mended where lines.line_number between mended.line_number and mended.closing_line_number
        )
    {%- endif -%}
{%- endmacro %}

{#- The condition of what belongs to one file of one drop. -#}
{% macro in_file(scan) -%}
    {{ " where inbound_flow_id = '" ~ scan.inbound_flow_id ~ "' and drop_id = '" ~ scan.drop_id ~ "' and file_name = '" ~ scan.file_name ~ "'" }}
{%- endmacro %}
