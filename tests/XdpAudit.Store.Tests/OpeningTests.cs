using System.Diagnostics;
using Npgsql;
using static XdpAudit.Store.Tests.OpenStore;

namespace XdpAudit.Store.Tests;

/// <summary>Opening a store.</summary>
public sealed class OpeningTests(TestCluster cluster)
{
    private static readonly HostId Other = new("11111111111111111111111111111111");

    [Fact]
    public async Task A_second_auditor_of_a_data_directory_is_refused_and_told_of_the_first()
    {
        var directory = TestCluster.NewDirectory();
        var database = await cluster.NewDatabaseAsync();
        await using var first = await OpenAsync(directory, database, A.Host);

        var refusal = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(directory, database, Other));

        Assert.Equal(StoreFailure.SecondWriter, refusal.Failure);
        Assert.Contains($"pid {Environment.ProcessId} since 20", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_auditor_of_a_journal_is_refused_and_told_of_the_first()
    {
        var database = await cluster.NewDatabaseAsync();
        await using var first = await OpenAsync(TestCluster.NewDirectory(), database, A.Host);
        await using var other = await OpenAsync(TestCluster.NewDirectory(), database, Other);

        var refusal = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(TestCluster.NewDirectory(), database, A.Host));

        Assert.Equal(StoreFailure.SecondWriter, refusal.Failure);
        Assert.Contains($"pid {Environment.ProcessId} since 20", refusal.Message, StringComparison.Ordinal);
        Assert.True(first.IsWriter && other.IsWriter);
    }

    [Fact]
    public async Task Of_two_auditors_on_one_database_either_keeps_the_read_models_of_both()
    {
        var database = await cluster.NewDatabaseAsync();
        await using var second = await OpenAsync(TestCluster.NewDirectory(), database, Other);
        await using (var first = await OpenAsync(TestCluster.NewDirectory(), database, A.Host))
        {
            for (var i = 0u; i < 10; i++)
            {
                await AppendAsync(first.HostJournal, A.Found(i));
                await AppendAsync(second.HostJournal, new GapOpened(Other, "a test"));
            }

            await first.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
            Assert.Equal(10, (await second.Reader.LivingAsync(first.HostJournal.Name, Token)).Subjects.Count);
        }

        await AppendAsync(second.HostJournal, new GapOpened(Other, "a test"));
        await second.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);

        Assert.Equal(["11"], await TestCluster.QueryAsync(database, $"select last_position from xdpaudit.mt_doc_lifecycle where id = 'host/{Other}'"));
        Assert.Equal(["21"], await TestCluster.QueryAsync(database, "select count(*) from xdpaudit.subject_index"));
    }

    [Fact]
    public async Task What_a_closed_store_held_the_next_may_have()
    {
        var directory = TestCluster.NewDirectory();
        var database = await cluster.NewDatabaseAsync();
        await using (var first = await OpenAsync(directory, database, A.Host))
        {
            await AppendAsync(first.HostJournal, A.Many(5));
        }

        await using var second = await OpenAsync(directory, database, A.Host);

        Assert.Equal(5, (await AllAsync(second.HostJournal)).Count);
    }

    [Fact]
    public async Task A_schema_that_this_build_prepared_is_not_prepared_again()
    {
        var database = await cluster.NewDatabaseAsync();
        await (await OpenAsync(TestCluster.NewDirectory(), database, A.Host)).DisposeAsync();
        var before = await TestCluster.QueryAsync(database, "select word, prepared_at from xdpaudit.schema_state");

        var start = Stopwatch.GetTimestamp();
        await (await OpenAsync(TestCluster.NewDirectory(), database, A.Host)).DisposeAsync();
        TestContext.Current.TestOutputHelper!.WriteLine($"opened and closed in {Stopwatch.GetElapsedTime(start)}");

        Assert.Single(before);
        Assert.Equal(before, await TestCluster.QueryAsync(database, "select word, prepared_at from xdpaudit.schema_state"));
    }

    [Fact]
    public async Task A_migration_that_was_not_finished_is_done_again_and_hardens_again()
    {
        var database = await cluster.NewDatabaseAsync();
        await using (var first = await OpenAsync(TestCluster.NewDirectory(), database, A.Host))
        {
            await AppendAsync(first.HostJournal, A.Many(5));
        }

        await TestCluster.RunAsync(
            database,
            """
            delete from xdpaudit.schema_state; drop trigger guard_rows on xdpaudit.mt_events;
            alter function xdpaudit.mt_quick_append_events security invoker; grant update on xdpaudit.mt_events to xdpaudit_writer
            """);

        await using var second = await OpenAsync(TestCluster.NewDirectory(), database, A.Host);
        await AppendAsync(second.HostJournal, A.Found(6));

        Assert.Equal(6, (await AllAsync(second.HostJournal)).Count);
        Assert.Equal(["True"], await TestCluster.QueryAsync(database, "select prosecdef from pg_proc where proname = 'mt_quick_append_events'"));
        Assert.Equal(["False"], await TestCluster.QueryAsync(database, "select has_table_privilege('xdpaudit_writer', 'xdpaudit.mt_events', 'update')"));
        await Assert.ThrowsAsync<PostgresException>(() => TestCluster.RunAsync(database, "delete from xdpaudit.mt_events"));
    }

    [Fact]
    public async Task A_login_that_lacks_rights_is_told_what_an_administrator_must_run_and_that_suffices()
    {
        var database = await cluster.NewDatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(database).Database!;
        await TestCluster.RunAsync(database, "create role poor login password 'p'");
        cluster.AllowLogin("poor");
        var poor = cluster.ConnectionString(name, "poor");

        var refusal = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(TestCluster.NewDirectory(), poor, A.Host));
        var sql = refusal.Message[refusal.Message.IndexOf("run:\n", StringComparison.Ordinal)..][5..];
        foreach (var line in sql.Split('\n').Where(l => !l.StartsWith('\\')))
        {
            try
            {
                await TestCluster.RunAsync(database, line);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DuplicateObject)
            {
                // the roles are the cluster's, and another test may have made them
            }
        }

        await using var store = await OpenAsync(TestCluster.NewDirectory(), poor, A.Host);
        await AppendAsync(store.HostJournal, A.Many(3));

        Assert.Equal(StoreFailure.RightsMissing, refusal.Failure);
        Assert.Equal(3, (await AllAsync(store.HostJournal)).Count);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_without_its_password()
    {
        var refusal = await Assert.ThrowsAsync<StoreException>(
            () => OpenAsync(TestCluster.NewDirectory(), "Host=127.0.0.1;Port=1;Username=u;Password=secret;Database=d;Timeout=2", A.Host));

        Assert.Equal(StoreFailure.Unreachable, refusal.Failure);
        Assert.Contains("127.0.0.1:1, database 'd', user 'u'", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_said_so()
    {
        Directory.CreateDirectory(TestCluster.Folder);
        var file = TestCluster.NewDirectory();
        await File.WriteAllTextAsync(file, "not a directory", Token);

        var refusal = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(file + "/data", null, A.Host));

        Assert.Equal(StoreFailure.DirectoryUnusable, refusal.Failure);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }

    private static Task<AuditStore> OpenAsync(string directory, string? database, HostId host) =>
        AuditStore.OpenAsync(new() { DataDirectory = directory, Postgres = database }, host, TestLog.Loggers, TimeProvider.System, Token);
}
