{#-
    The data lines of one file of every accepted drop. Each drop's file is landed once, as a Parquet file that is never
    written again: its columns under the standard's names, every value still text, and for a line that is no record the
    reason and, where it can be told, its key. Parquet numbers its rows for free, and reads them in parallel all the same.

    Where drops of a flow are laid over each other, the line numbers of each drop but the first begin anew in their upper half
    (`line_in_file` takes that away): so a number stands for one line of a flow, and of two the later one is larger.
-#}
{% macro landed(file, columns) -%}
    {%- set landing = land(file, columns) -%}
    {%- set paths = landing | map(attribute='path') | list -%}
    {%- set withdrawn = "coalesce(lower(status) in ('tobedeleted', 'inactive'), false)" if 'status' in columns else 'false' -%}
    {%- set later, deltas = [], [] -%}
    {%- for landed_file in landing -%}
        {%- do later.append(landed_file) if landed_file.position > 0 -%}
        {%- do deltas.append(landed_file.drop) if landed_file.delivered_as == 'delta' -%}
    {%- endfor -%}
    {%- set is_delta = "list_contains(" ~ sql_list(deltas) ~ ", inbound_flow_id || '/' || drop_id)" if deltas else 'false' -%}
    select
        inbound_flow_id,
        drop_id,
        oneroster_version,
        {%- if paths %}
        -- a file whose every line is a record needs no numbers of its own: line 1 is the header
        coalesce(line_number, file_row_number + 2)
        {%- if later %}
        + coalesce(map {
            {%- for landed_file in later %}'{{ landed_file.drop }}': {{ landed_file.position }}{{ ', ' if not loop.last }}{% endfor -%}
        }[inbound_flow_id || '/' || drop_id], 0) * {{ lines_of_a_drop() }}
        {%- endif %} as line_number,
        unreadable_reason,
        surplus_cells,
        {{ is_delta }} as is_delta,
        {{ withdrawn }}{{ ' and ("' ~ key_column(file) ~ '" is not null or not is_delta)' if deltas }} as is_withdrawn,
        {%- for column in columns %}
        "{{ column }}",
        {%- endfor %}
        metadata
    from read_parquet({{ sql_list(paths) }}, file_row_number = true, hive_partitioning = false)
        {%- else %}
        line_number,
        unreadable_reason,
        surplus_cells,
        is_delta,
        is_withdrawn,
        {%- for column in columns %}
        "{{ column }}",
        {%- endfor %}
        metadata
    from (
        select
            unnest(cast([] as struct(
                inbound_flow_id varchar, drop_id varchar, oneroster_version varchar, line_number bigint,
                unreadable_reason varchar, surplus_cells bigint, is_delta boolean, is_withdrawn boolean,
                {%- for column in columns %} "{{ column }}" varchar,{% endfor %}
                metadata map(varchar, varchar)
            )[]), recursive := true)
    )
        {%- endif %}
{%- endmacro %}

{#-
    Lands what has not been landed yet of a file; returns the Parquet files that this run uses: path, drop (with its flow),
    position among the flow's drops that are laid over each other, delivered_as.
-#}
{% macro land(file, columns) %}
    {%- set landing = [] -%}
    {%- set scans = [] -%}
    {%- set accepted_files = ref('accepted_file') -%}
    {%- set needed = [ref('header_column'), ref('inbound_file'), ref('inbound_flow'), ref('code_spelling'), ref('oneroster_column'),
        ref('school_data_sync_column')] -%}
    {#- documentation shows the SQL, and lands nothing -#}
    {%- if flags.WHICH in ('build', 'run') and load_relation(accepted_files) is not none -%}
        {%- set scans = run_query(
            "select *, row_number() over (partition by inbound_flow_id order by drop_id) - 1 as position from " ~ accepted_files
            ~ " where file_name = '" ~ file ~ "' order by inbound_flow_id, drop_id"
        ).rows -%}
    {%- endif -%}
    {%- if scans -%}
        {%- set values_made = school_data_sync_values(file)
            if scans | selectattr('oneroster_version', 'equalto', 'schoolDataSyncV21') | list else {} -%}
        {%- set made_of = local_md5(columns | join(',') ~ forgotten_people()) -%}
        {%- set made_of_school_data_sync = local_md5(made_of ~ values_made) -%}
        {%- set there = run_query("select file from glob('" ~ quoted(parquet_folder()) ~ "/*.parquet')").columns[0].values() | list -%}
        {%- for scan in scans -%}
            {%- set path = parquet_folder() ~ '/' ~ [
                scan.inbound_flow_id, scan.drop_id, snake_case(file), scan.fingerprint[:8],
                (made_of_school_data_sync if scan.oneroster_version == 'schoolDataSyncV21' else made_of)[:8], 'parquet'
            ] | join('.') -%}
            {%- do landing.append({
                'path': path, 'drop': scan.inbound_flow_id ~ '/' ~ scan.drop_id, 'delivered_as': scan.delivered_as,
                'position': scan.position | int,
            }) -%}
            {%- if path not in there -%}
                {%- do make_parquet_folder() -%}
                {%- do remember_forgotten_people(scan.inbound_flow_id) -%}
                {%- set records = file_records(scan, columns) -%}
                {%- if scan.oneroster_version == 'schoolDataSyncV21' -%}
                    {%- set records = with_values_made(records, values_made) -%}
                {%- endif -%}
                {%- do run_query(
                    "copy (" ~ without_forgotten_people(file, columns, records) ~ ") to '" ~ quoted(path)
                    ~ "' (format parquet, compression zstd, preserve_order true, use_tmp_file true)"
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {% do return(landing) %}
{% endmacro %}

{#- Where landed files are kept: beside the warehouse. -#}
{% macro parquet_folder() -%}
    {%- set folder = env_var('ONEROSTER_PARQUET', '')
        or modules.re.sub('[.][^./]*$', '', env_var('ONEROSTER_WAREHOUSE', 'warehouse/roster.duckdb')) ~ '.landed' -%}
    {%- if not modules.re.match('/|[A-Za-z]:|[\\\\]', folder) -%}
        {%- set folder = invocation_args_dict.get('project_dir', '.') ~ '/' ~ folder -%}
    {%- endif -%}
    {%- do return(folder) -%}
{%- endmacro %}

{#- DuckDB makes a folder only for a result of several files. -#}
{% macro make_parquet_folder() %}
    {%- if not run_query("select 1 from glob('" ~ quoted(parquet_folder()) ~ "/*')").rows -%}
        {%- do run_query(
            "copy (select 'files landed from drops' as what) to '" ~ quoted(parquet_folder())
            ~ "' (format csv, per_thread_output true, overwrite_or_ignore true)"
        ) -%}
    {%- endif -%}
{% endmacro %}

{#- A text as the inside of a SQL string. -#}
{% macro quoted(text) -%}
    {%- do return(text | string | replace("'", "''")) -%}
{%- endmacro %}

{#- By how much the line numbers of one drop are apart from those of the next. -#}
{% macro lines_of_a_drop() -%}
    4294967296
{%- endmacro %}

{#- The number of a line as its file has it. -#}
{% macro line_in_file(line_number) -%}
    {{ line_number }} % {{ lines_of_a_drop() }}
{%- endmacro %}
