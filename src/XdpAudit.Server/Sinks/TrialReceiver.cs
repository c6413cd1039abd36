using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using XdpAudit.Conformance;
using XdpAudit.Kernel;

namespace XdpAudit.Server;

/// <summary>Something real for a sink to deliver to while it is tried: a server on loopback, a socket or a file, in a folder or on a port of its own.</summary>
/// <param name="id">Finds the ids of events in what arrives.</param>
internal abstract class TrialReceiver(Regex id) : IAsyncDisposable
{
    /// <summary>The kinds there are.</summary>
    internal static IReadOnlyList<string> Kinds { get; } = ["file", "http", "tcp", "udp", "unix"];

    /// <summary>How long what a sink was told is accepted may take to be seen here: where it was written to, or acknowledged by us, it is there.</summary>
    internal virtual TimeSpan Patience => TimeSpan.FromSeconds(1);

    /// <summary>As settings write it; known from the first time that it came.</summary>
    internal abstract string Address { get; }

    /// <summary>All that arrived since it came last, or at all, in its order: messages, or what there is of a connection or a file.</summary>
    protected abstract IReadOnlyList<string> Arrived { get; }

    internal static TrialReceiver Of(SinkTrial trial) => trial.Receiver switch
    {
        "file" => new FileTrialReceiver(trial.Id),
        "http" => new HttpTrialReceiver(trial.Id),
        "tcp" => new StreamTrialReceiver(trial.Id),
        _ => new DatagramTrialReceiver(trial.Id, unix: trial.Receiver == "unix"),
    };

    internal abstract Task ComeAsync();

    internal abstract Task GoAsync();

    /// <summary>The ids that arrived, once there are this many.</summary>
    internal async Task<IReadOnlyList<string>> IdsAsync(int count, CancellationToken cancellation)
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(5, cancellation)) // a connection has no sign for "all has arrived"
        {
            IReadOnlyList<string> ids = [.. Arrived.SelectMany(text => id.Matches(text)).Select(match => match.Groups[match.Groups.Count > 1 ? 1 : 0].Value)];
            if (ids.Count >= count)
            {
                return ids;
            }

            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                throw new ConformanceException($"{ids.Count} of {count} events arrived at {Address} within {Patience.TotalSeconds:0} s, or their ids are not found in what did");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await GoAsync();
        Clear();
    }

    /// <summary>Takes away what it made.</summary>
    protected virtual void Clear()
    {
    }
}

/// <summary>A file in a directory of its own; away is the directory.</summary>
internal sealed class FileTrialReceiver(Regex id) : TrialReceiver(id)
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xdpaudit-trial-");

    internal override string Address => Path.Combine(Home, "events");

    protected override IReadOnlyList<string> Arrived => Read() is { } text ? [text] : [];

    private string Home => Path.Combine(_folder.FullName, "home");

    internal override Task ComeAsync()
    {
        Directory.CreateDirectory(Home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return Task.CompletedTask;
    }

    internal override Task GoAsync()
    {
        if (Directory.Exists(Home))
        {
            Directory.Delete(Home, recursive: true);
        }

        return Task.CompletedTask;
    }

    protected override void Clear() => _folder.Delete(recursive: true);

    // A sink may have its file for itself (flock), and .NET's own opening asks for a share of that lock.
    private string? Read()
    {
        var directory = HeldDirectory.Root();
        try
        {
            foreach (var name in Home.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (directory.Enter(name) is not { } next)
                {
                    return null;
                }

                directory.Dispose();
                directory = next;
            }

            using var file = directory.Open(Path.GetFileName(Address));
            return file is null ? null : Encoding.UTF8.GetString(file.Read(file.Status().Size));
        }
        finally
        {
            directory.Dispose();
        }
    }
}
