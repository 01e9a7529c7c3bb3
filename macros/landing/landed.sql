{#-
    The data lines of one file of every accepted drop. Each drop's file is landed once, as a Parquet file that is never
    written again: its columns under the standard's names, every value still text, and for a line that is no record the
    reason and, where it can be told, its key. Parquet numbers its rows for free, and reads them in parallel all the same.
-#}
{% macro landed(file, columns) -%}
    {%- set paths = land(file, columns) -%}
    {%- set withdrawn = "coalesce(lower(status) in ('tobedeleted', 'inactive'), false)" if 'status' in columns else 'false' -%}
    select
        inbound_flow_id,
        drop_id,
        oneroster_version,
        {%- if paths %}
        -- a file whose every line is a record needs no numbers of its own: line 1 is the header
        coalesce(line_number, file_row_number + 2) as line_number,
        unreadable_reason,
        surplus_cells,
        {{ withdrawn }} as is_withdrawn,
        {%- for column in columns %}
        "{{ column }}",
        {%- endfor %}
        metadata
    from read_parquet({{ sql_list(paths) }}, file_row_number = true, hive_partitioning = false)
        {%- else %}
        line_number,
        unreadable_reason,
        surplus_cells,
        is_withdrawn,
        {%- for column in columns %}
        "{{ column }}",
        {%- endfor %}
        metadata
    from (
        select
            unnest(cast([] as struct(
                inbound_flow_id varchar, drop_id varchar, oneroster_version varchar, line_number bigint,
                unreadable_reason varchar, surplus_cells bigint, is_withdrawn boolean,
                {%- for column in columns %} "{{ column }}" varchar,{% endfor %}
                metadata map(varchar, varchar)
            )[]), recursive := true)
    )
        {%- endif %}
{%- endmacro %}

{#- Lands what has not been landed yet of a file; returns the paths of the Parquet files that this run uses. -#}
{% macro land(file, columns) %}
    {%- set paths = [] -%}
    {%- set scans = [] -%}
    {%- set accepted_files = ref('accepted_file') -%}
    {%- set needed = [ref('header_column'), ref('inbound_file'), ref('inbound_flow'), ref('code_spelling'), ref('oneroster_column'),
        ref('school_data_sync_column')] -%}
    {#- documentation shows the SQL, and lands nothing -#}
    {%- if flags.WHICH in ('build', 'run') and load_relation(accepted_files) is not none -%}
        {%- set scans = run_query(
            "select * from " ~ accepted_files ~ " where file_name = '" ~ file ~ "' order by inbound_flow_id"
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
            {%- do paths.append(path) -%}
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
    {% do return(paths) %}
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
