using Npgsql;
using static XdpAudit.Store.Tests.OpenStore;

namespace XdpAudit.Store.Tests;

/// <summary>The writer can append and cannot rewrite; not even the owner can without taking a guard away first.</summary>
public sealed class AppendOnlyTests(OpenStore open) : IClassFixture<OpenStore>
{
    public static TheoryData<string> Attempts { get; } =
    [
        "update xdpaudit.mt_events set bdata = '\\x7b7d'",
        "update xdpaudit.mt_events set timestamp = now()",
        "delete from xdpaudit.mt_events",
        "truncate xdpaudit.mt_events",
        "truncate xdpaudit.mt_events cascade",
        "truncate xdpaudit.mt_streams cascade",
        "update xdpaudit.mt_streams set version = 0",
        "delete from xdpaudit.mt_streams",
        "insert into xdpaudit.mt_streams(id, version) values ('host/forged', 1)",
        "insert into xdpaudit.mt_events(seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id) "
            + "select -5, gen_random_uuid(), id, 9999, '{}', '\\x7b7d', 'gap_opened', now(), '*DEFAULT*' from xdpaudit.mt_streams limit 1",
        "select setval('xdpaudit.mt_events_sequence', 1)",
        "select nextval('xdpaudit.mt_events_sequence')",
        "drop trigger guard_rows on xdpaudit.mt_events",
        "alter table xdpaudit.mt_events disable trigger all",
        "alter table xdpaudit.mt_events drop constraint pkey_mt_events_seq_id",
        "set session_replication_role = replica",
        "drop table xdpaudit.mt_events cascade",
        "drop schema xdpaudit cascade",
        "create table xdpaudit.stray(a int)",
        "set role xdpaudit_owner",
        "alter function xdpaudit.mt_quick_append_events security invoker",
        "delete from xdpaudit.schema_state",
        "insert into xdpaudit.schema_state(word) values ('forged')",
        "create or replace function xdpaudit.guard_append_only() returns trigger language plpgsql as $$ begin return null; end $$",
    ];

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task The_writer_is_refused(string attempt)
    {
        await AppendAsync(open.Store.HostJournal, A.Found(1));
        var before = await JournalAsync();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => TestCluster.RunAsync(AsWriter(), attempt));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        Assert.Equal(before, await JournalAsync());
    }

    [Theory]
    [InlineData("update xdpaudit.mt_events set timestamp = now()", "AU001")]
    [InlineData("delete from xdpaudit.mt_events", "AU001")]
    [InlineData("truncate xdpaudit.mt_events cascade", "AU001")]
    [InlineData("update xdpaudit.mt_streams set version = 0", "AU002")]
    [InlineData("delete from xdpaudit.mt_streams", "AU002")]
    [InlineData("truncate xdpaudit.mt_streams cascade", "AU002")]
    public async Task The_owner_is_stopped_by_a_guard(string attempt, string code)
    {
        await AppendAsync(open.Store.HostJournal, A.Found(1));
        var before = await JournalAsync();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => TestCluster.RunAsync(open.Database, $"set role xdpaudit_owner; {attempt}"));

        Assert.Equal(code, refusal.SqlState);
        Assert.Equal(before, await JournalAsync());
    }

    [Fact]
    public async Task A_guard_stands_even_where_a_superuser_switches_triggers_off_for_the_session()
    {
        await AppendAsync(open.Store.HostJournal, A.Found(1));

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => TestCluster.RunAsync(open.Database, "set session_replication_role = replica; delete from xdpaudit.mt_events"));

        Assert.Equal("AU001", refusal.SqlState);
    }

    [Fact]
    public async Task A_forged_append_in_the_place_of_another_is_refused_by_the_function_itself()
    {
        await AppendAsync(open.Store.HostJournal, A.Found(1));
        var before = await JournalAsync();
        var position = await open.Store.HostJournal.PositionAsync(Token);

        await Assert.ThrowsAsync<JournalConflictException>(() => open.Store.HostJournal.AppendAsync(position - 1, [A.Found(77)], A.Moment, Token));

        Assert.Equal(before, await JournalAsync());
    }

    [Fact]
    public async Task The_owner_cannot_log_in() =>
        Assert.Equal(["False"], await TestCluster.QueryAsync(open.Database, "select rolcanlogin from pg_roles where rolname = 'xdpaudit_owner'"));

    [Fact]
    public async Task Appends_read_models_and_a_rebuild_work_as_the_writer()
    {
        await using var store = await AuditStore.OpenAsync(
            new() { DataDirectory = TestCluster.NewDirectory(), Postgres = AsWriter() }, new("ffffffffffffffffffffffffffffffff"), TestLog.Loggers, TimeProvider.System, Token);

        await AppendAsync(store.HostJournal, A.Many(20, 500));
        await store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
        await store.RebuildAsync(Token);
        await store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);

        Assert.Equal(20, (await store.Reader.LivingAsync(store.HostJournal.Name, Token)).Subjects.Count);
    }

    [Fact]
    public async Task Every_connection_of_the_store_is_the_writers_also_after_it_was_used_before()
    {
        await using var connection = StoreConnection.Of(open.Database, "xdpaudit");
        for (var i = 0; i < 3; i++)
        {
            await using var used = await connection.Source.OpenConnectionAsync(Token);
            await using var command = new NpgsqlCommand("select current_user", used);
            Assert.Equal("xdpaudit_writer", await command.ExecuteScalarAsync(Token));
        }
    }

    private string AsWriter() => new NpgsqlConnectionStringBuilder(open.Database) { Username = StoreRoles.Writer }.ConnectionString;

    private Task<IReadOnlyList<string>> JournalAsync() =>
        TestCluster.QueryAsync(open.Database, "select md5(e::text) from xdpaudit.mt_events e union all select s::text from xdpaudit.mt_streams s order by 1");
}
