using Microsoft.Extensions.Logging;

namespace XdpAudit.Store;

/// <summary>
/// A PostgreSQL of our own, from the distribution's programs: on a unix socket only, in a directory of its owner alone.
/// It never touches the system's cluster: another directory, no port.
/// <para>
/// It lives as long as we do. A keeper, a shell of the owner that waits for the end of its input, stops it when we end, killed or not;
/// the next start waits for the keeper of the one before by a lock, so the two never meet. Where the keeper was killed as well, the next
/// start adopts the cluster that still runs. What was committed is on disk in every case.
/// </para>
/// </summary>
public sealed class PrivateCluster : IAsyncDisposable
{
    private const string KeeperScript =
        """
        trap '' INT TERM HUP
        exec 9>>"$1" || exit 1
        flock -w 60 9 || { echo 'another auditor keeps it'; exit 1; }
        echo held
        cat >/dev/null
        "$2" -D "$3" -m fast -w -t 60 stop >/dev/null 2>&1
        """;

    private const string PrepareScript =
        """
        umask 077
        mkdir -p "$1" && test -w "$1" && test -x "$1"
        """;

    private readonly ClusterFiles _files;
    private readonly RunAs _owner;
    private readonly PostgresBinaries _binaries;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _one = new(1, 1);
    private ClusterKeeper? _keeper;

    private PrivateCluster(ClusterFiles files, RunAs owner, PostgresBinaries binaries, ILogger log) =>
        (_files, _owner, _binaries, _log) = (files, owner, binaries, log);

    /// <summary>The user who owns its files and processes.</summary>
    public string Owner => _owner.User;

    /// <summary>PostgreSQL's own log.</summary>
    public string LogFile => _files.Log;

    /// <summary>The process id of its postmaster; null when none runs.</summary>
    public int? Postmaster => ClusterProcesses.Postmaster(_files);

    /// <summary>Makes it where it is new, starts it where it does not run.</summary>
    /// <param name="dataDirectory">It lives in <c>pg</c> below.</param>
    /// <param name="loggers">For what is worth telling.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">It cannot be made or started.</exception>
    public static async Task<PrivateCluster> StartAsync(string dataDirectory, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var files = new ClusterFiles(await MakeDirectoryAsync(dataDirectory, cancellation));
        var cluster = new PrivateCluster(files, RunAs.Owner(), PostgresBinaries.Find(files.Data), loggers.CreateLogger<PrivateCluster>());
        try
        {
            await cluster.PrepareAsync(cancellation);
            await cluster.InitAsync(cancellation);
            var script = new[] { KeeperScript, "keeper", files.KeeperLock, cluster._binaries.PgCtl, files.Data };
            cluster._keeper = await ClusterKeeper.StartAsync(cluster._owner, files.Data, script, cancellation);
            await cluster.ConfigureAsync(cancellation);
            await cluster.EnsureRunningAsync(cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection string for a role of the cluster.</summary>
    internal string ConnectionString(string role) => $"Host={_files.SocketDirectory};Username={role};Database=postgres";

    /// <summary>Starts it again when it has gone; safe to call at any time.</summary>
    public async Task EnsureRunningAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (ClusterProcesses.Postmaster(_files) is not null && (await CtlAsync(["status"], cancellation)).ExitCode == 0)
            {
                return;
            }

            await StartPostmasterAsync(cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Stops it at once, in order: what was committed is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_keeper is { } keeper)
        {
            _keeper = null;
            await keeper.DisposeAsync();
            LogMessages.ClusterStopped(_log, _files.Data);
        }
    }

    /// <summary>
    /// Makes the data directory so that the cluster's owner can pass through it, and returns its path without symbolic links:
    /// processes are found by it.
    /// </summary>
    private static async Task<string> MakeDirectoryAsync(string directory, CancellationToken cancellation)
    {
        if (!Directory.Exists(directory))
        {
            var made = await RunAs.Self().RunAsync("install", ["-d", "-m", "0711", "--", directory], cancellation);
            if (made.ExitCode != 0)
            {
                throw StoreErrors.DirectoryUnusable(directory, Environment.UserName, StoreErrors.Tail(made.Output));
            }
        }

        var real = await RunAs.Self().RunAsync("realpath", ["--", Path.GetFullPath(directory)], cancellation);
        return real.ExitCode == 0 ? real.Output.TrimEnd('\n') : throw StoreErrors.DirectoryUnusable(directory, Environment.UserName, real.Output);
    }

    /// <summary>Makes the directories. As root we make DIR/pg and give it to the owner, who may have no right to make it himself.</summary>
    private async Task PrepareAsync(CancellationToken cancellation)
    {
        if (Environment.UserName == "root")
        {
            var made = await RunAs.Self().RunAsync("install", ["-d", "-m", "0700", "-o", _owner.User, "--", _files.Root], cancellation);
            if (made.ExitCode != 0)
            {
                throw StoreErrors.DirectoryUnusable(_files.Root, Environment.UserName, StoreErrors.Tail(made.Output));
            }
        }

        foreach (var directory in new[] { _files.Root, _files.SocketDirectory })
        {
            var ran = await _owner.RunAsync("/bin/sh", ["-c", PrepareScript, "prepare", directory], cancellation);
            if (ran.ExitCode != 0)
            {
                var why = ran.Output.Length > 0 ? StoreErrors.Tail(ran.Output) : "it cannot be entered or written";
                throw StoreErrors.DirectoryUnusable(directory, _owner.User, why);
            }
        }

        // Only a directory of /tmp could have been put there by somebody else, to get at our socket.
        var owned = await _owner.RunAsync("/bin/sh", ["-c", "test -O \"$1\" && chmod 0700 \"$1\"", "owned", _files.SocketDirectory], cancellation);
        if (owned.ExitCode != 0)
        {
            throw StoreErrors.SocketDirectoryTaken(_files.SocketDirectory, _owner.User);
        }
    }

    /// <summary>Makes the cluster beside its place and moves it there: a start that is killed half way leaves nothing that looks whole.</summary>
    private async Task InitAsync(CancellationToken cancellation)
    {
        if (File.Exists(Path.Combine(_files.Data, "PG_VERSION")))
        {
            return;
        }

        var fresh = _files.Data + ".new";
        await _owner.RunAsync("rm", ["-rf", "--", fresh], cancellation);
        var made = await _owner.RunAsync(
            _binaries.InitDb,
            ["-D", fresh, "-U", ClusterFiles.Superuser, "--auth-local=peer", "--auth-host=reject", "-E", "UTF8", "--locale=C", "--data-checksums", "--no-instructions"],
            cancellation);
        if (made.ExitCode != 0)
        {
            throw StoreErrors.InitFailed(_files.Data, made.Output);
        }

        var moved = await _owner.RunAsync("mv", ["-T", "--", fresh, _files.Data], cancellation);
        if (moved.ExitCode != 0)
        {
            throw StoreErrors.InitFailed(_files.Data, moved.Output);
        }

        LogMessages.ClusterCreated(_log, _files.Data, _owner.User);
    }

    /// <summary>Writes the settings where they differ from ours; a cluster that still runs with others is stopped first.</summary>
    private async Task ConfigureAsync(CancellationToken cancellation)
    {
        foreach (var (name, text) in new[]
        {
            ("pg_hba.conf", ClusterFiles.Hba()),
            ("pg_ident.conf", ClusterFiles.Ident(_owner.User)),
            ("postgresql.auto.conf", _files.Settings()),
        })
        {
            var path = Path.Combine(_files.Data, name);
            if (File.Exists(path) && await File.ReadAllTextAsync(path, cancellation) == text)
            {
                continue;
            }

            if (ClusterProcesses.Postmaster(_files) is not null)
            {
                await CtlAsync(["-m", "fast", "-w", "-t", "60", "stop"], cancellation);
            }

            var wrote = await _owner.RunAsync(
                "/bin/sh", ["-c", "umask 077; cat >\"$1.new\" && mv -T -- \"$1.new\" \"$1\"", "configure", path], text, cancellation);
            if (wrote.ExitCode != 0)
            {
                throw StoreErrors.InitFailed(_files.Data, wrote.Output);
            }
        }
    }

    /// <summary>
    /// Starts the postmaster. After a kill -9 its children may live on for a moment and hold its memory; PostgreSQL then refuses, rightly,
    /// and we ask again until they are gone.
    /// </summary>
    private async Task StartPostmasterAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            await RemoveStaleFilesAsync(cancellation);
            var started = await CtlAsync(["-l", _files.Log, "-w", "-t", "60", "start"], cancellation);
            if (started.ExitCode == 0)
            {
                LogMessages.ClusterStarted(_log, _files.Data, ClusterProcesses.Postmaster(_files) ?? 0);
                return;
            }

            if (patience.IsCancellationRequested || !(ClusterProcesses.AnyLeft(_files) || HasSignsOfLife()))
            {
                throw StoreErrors.StartFailed(_files.Data, _files.Log, started.Output + await LogTailAsync(cancellation));
            }

            await pause.WaitForNextTickAsync(cancellation);
        }
    }

    /// <summary>
    /// PostgreSQL removes stale lock files itself unless their number belongs to a living process of the same user, which after a reboot or in
    /// a container is likely, or to a zombie nobody has reaped. They are removed only when no process works in this data directory: then
    /// nothing holds its memory.
    /// </summary>
    private async Task RemoveStaleFilesAsync(CancellationToken cancellation)
    {
        if (HasSignsOfLife() && !ClusterProcesses.AnyLeft(_files))
        {
            LogMessages.StalePidFile(_log, _files.PidFile);
            await _owner.RunAsync("rm", ["-f", "--", .. _files.SignsOfLife], cancellation);
        }
    }

    private bool HasSignsOfLife() => _files.SignsOfLife.Any(File.Exists);

    private Task<Ran> CtlAsync(string[] arguments, CancellationToken cancellation) =>
        _owner.RunAsync(_binaries.PgCtl, ["-D", _files.Data, .. arguments], cancellation);

    private async Task<string> LogTailAsync(CancellationToken cancellation) =>
        (await _owner.RunAsync("tail", ["-n", "3", "--", _files.Log], cancellation)).Output;
}
