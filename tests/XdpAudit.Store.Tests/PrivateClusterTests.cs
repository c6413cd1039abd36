using System.Diagnostics;
using System.Globalization;
using Npgsql;
using static XdpAudit.Store.Tests.OpenStore;

namespace XdpAudit.Store.Tests;

/// <summary>A PostgreSQL of our own, through all that can happen to it.</summary>
public sealed class PrivateClusterTests
{
    private static readonly StoreSettings Any = new() { DataDirectory = "" };

    [Fact]
    public async Task It_is_made_once_and_what_was_written_is_there_at_the_next_start()
    {
        var settings = Any with { DataDirectory = TestCluster.NewDirectory() };
        await using (var first = await OpenAsync(settings))
        {
            await AppendAsync(first.HostJournal, A.Many(10));
        }

        var start = Stopwatch.GetTimestamp();
        await using var second = await OpenAsync(settings);
        var entries = await AllAsync(second.HostJournal);
        TestContext.Current.TestOutputHelper!.WriteLine($"second start to first read: {Stopwatch.GetElapsedTime(start)}");

        Assert.Equal(10, entries.Count);
    }

    [Fact]
    public async Task It_stops_with_the_store_and_leaves_no_process()
    {
        var settings = Any with { DataDirectory = TestCluster.NewDirectory() };
        var store = await OpenAsync(settings);
        Assert.True(ClusterProcesses.AnyLeft(new(settings.DataDirectory)));

        await store.DisposeAsync();

        Assert.False(ClusterProcesses.AnyLeft(new(settings.DataDirectory)));
    }

    [Fact]
    public async Task Its_files_and_processes_are_of_a_user_without_privilege_and_its_socket_is_closed_to_others()
    {
        var settings = Any with { DataDirectory = TestCluster.NewDirectory() };
        await using var store = await OpenAsync(settings);
        var files = new ClusterFiles(settings.DataDirectory);

        var stat = Shell.Run("stat", "-c", "%a %U", files.Root, files.Data, files.SocketDirectory).Trim().Split('\n');
        var owner = Shell.Run("ps", "-o", "user=", "-p", store.Cluster!.Postmaster!.Value.ToString(CultureInfo.InvariantCulture)).Trim();

        Assert.All(stat, s => Assert.Equal($"700 {store.Cluster.Owner}", s));
        Assert.Equal(store.Cluster.Owner, owner);
        Assert.NotEqual("root", owner);
        Assert.Equal(["on | on | "], await TestCluster.QueryAsync(store.Cluster.ConnectionString(ClusterFiles.Superuser),
            "select current_setting('fsync'), current_setting('synchronous_commit'), current_setting('listen_addresses')"));
    }

    [Fact]
    public async Task A_killed_postmaster_is_started_again_under_way_and_nothing_is_lost_or_twice()
    {
        await using var store = await OpenAsync(Any with { DataDirectory = TestCluster.NewDirectory() });
        var acknowledged = new List<JournalEntry>();
        var kills = 0;
        var writing = Task.Run(async () =>
        {
            for (var batch = 0; kills < 3 || batch % 50 != 0; batch++)
            {
                acknowledged.AddRange(await store.HostJournal.AppendAsync(acknowledged.Count, A.Many(7, (uint)(batch * 7) + 1), A.Moment, Token));
            }
        }, Token);

        while (kills < 3)
        {
            var before = acknowledged.Count;
            await UntilAsync(() => acknowledged.Count > before + 100 && store.Cluster!.Postmaster is not null);
            Shell.Run("kill", "-9", store.Cluster!.Postmaster!.Value.ToString(CultureInfo.InvariantCulture));
            kills++;
        }

        await writing.WaitAsync(TimeSpan.FromSeconds(120), Token);
        var stored = await AllAsync(store.HostJournal);

        Assert.Equal(acknowledged.Select(e => (e.Position, EventJson.Write(e.Event).Length)), stored.Select(e => (e.Position, EventJson.Write(e.Event).Length)));
        Assert.Equal(Enumerable.Range(1, stored.Count).Select(i => A.Subject((uint)i)), stored.Select(e => e.Event.Subjects[0]));
        await store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
        Assert.Equal(stored.Count, (await store.Reader.LivingAsync(store.HostJournal.Name, Token)).Subjects.Count);
        await UntilAsync(() => store.IsWriter);
    }

    [Fact]
    public async Task A_read_brings_a_killed_postmaster_back()
    {
        await using var store = await OpenAsync(Any with { DataDirectory = TestCluster.NewDirectory() });
        await AppendAsync(store.HostJournal, A.Many(4));
        var killed = store.Cluster!.Postmaster!.Value;
        Shell.Run("kill", "-9", killed.ToString(CultureInfo.InvariantCulture));

        var living = await store.Reader.LivingAsync(store.HostJournal.Name, Token);

        Assert.Equal(4, living.Subjects.Count);
        Assert.NotEqual(killed, store.Cluster.Postmaster);
    }

    [Fact]
    public async Task A_stale_pid_file_that_names_a_living_process_of_the_same_user_does_not_stop_it()
    {
        var settings = Any with { DataDirectory = TestCluster.NewDirectory() };
        await (await OpenAsync(settings)).DisposeAsync();
        var files = new ClusterFiles(settings.DataDirectory);
        using var stranger = RunAs.Owner().Start("/bin/sleep", ["600"]);
        Shell.Run("runuser", "-u", RunAs.Owner().User, "--", "/bin/sh", "-c", $"printf '%s\\n%s\\n1\\n5432\\n' {stranger.Id} '{files.Data}' > '{files.PidFile}'");

        try
        {
            await using var store = await OpenAsync(settings);

            Assert.NotNull(store.Cluster!.Postmaster);
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task A_long_path_gets_its_socket_elsewhere()
    {
        var settings = Any with { DataDirectory = TestCluster.NewDirectory() + "/" + new string('x', 120) };
        var files = new ClusterFiles(settings.DataDirectory);

        try
        {
            await using var store = await OpenAsync(settings);

            Assert.StartsWith("/tmp/xdpaudit-pg-", files.SocketDirectory, StringComparison.Ordinal);
            Assert.Equal(0, await store.HostJournal.PositionAsync(Token));
        }
        finally
        {
            Directory.Delete(files.SocketDirectory, true);
        }
    }

    [Fact]
    public async Task A_path_that_its_owner_cannot_pass_is_said_so()
    {
        var closed = TestCluster.NewDirectory();
        Shell.Run("install", "-d", "-m", "0700", "-o", "root", closed);

        var refusal = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(Any with { DataDirectory = closed + "/data" }));

        Assert.Equal(StoreFailure.DirectoryUnusable, refusal.Failure);
        Assert.Contains(RunAs.Owner().User, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_cannot_start_is_told_with_the_words_of_postgresql()
    {
        var settings = Any with { DataDirectory = TestCluster.NewDirectory() };
        await (await OpenAsync(settings)).DisposeAsync();
        File.Delete(new ClusterFiles(settings.DataDirectory).Data + "/global/pg_control");

        var refusal = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(settings));

        Assert.Equal(StoreFailure.ClusterFailed, refusal.Failure);
        Assert.Contains("pg_control", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_writer_of_a_private_cluster_is_its_own_login_and_cannot_become_more()
    {
        await using var store = await OpenAsync(Any with { DataDirectory = TestCluster.NewDirectory() });
        var writer = store.Cluster!.ConnectionString(StoreRoles.Writer);

        Assert.Equal(["xdpaudit_writer | xdpaudit_writer | False"], await TestCluster.QueryAsync(
            writer, "select session_user, current_user, usesuper from pg_user where usename = current_user"));
        await Assert.ThrowsAsync<PostgresException>(() => TestCluster.RunAsync(writer, "set role auditor"));
        await Assert.ThrowsAsync<PostgresException>(() => TestCluster.RunAsync(writer, "set session authorization auditor"));
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }

    private static Task<AuditStore> OpenAsync(StoreSettings settings) =>
        AuditStore.OpenAsync(settings with { Patience = TimeSpan.FromSeconds(40) }, A.Host, TestLog.Loggers, TimeProvider.System, Token);
}
