using Microsoft.Extensions.Logging.Abstractions;

namespace XdpAudit.Agent.Tests;

/// <summary>Notices that are told apart by their moment: the first is at 1 ns, the next at 2.</summary>
internal static class Notices
{
    internal const string Boot = "0123456789abcdef0123456789abcdef";

    internal static ProgramLoadNotice One(int number) => new(new((uint)number))
    {
        BootNs = (ulong)number,
        Tier = SensorTiers.Perf,
        Actor = new Actor.Unknown("nobody looked"),
        Name = $"program_{number}",
        MapIds = [new((uint)number), new(7)],
    };

    internal static List<KernelNotice> Many(int first, int count) => [.. Enumerable.Range(first, count).Select(One)];

    internal static NoticeSpool Open(string directory, long maxBytes = 1 << 20, string boot = Boot) => new(directory, boot, maxBytes, NullLogger.Instance);

    /// <summary>What was given, in words: <c>1-3 lost(2: 4-5) 6</c>.</summary>
    internal static string Told(IEnumerable<KernelNotice> notices)
    {
        var told = new List<string>();
        (ulong First, ulong Last) run = (0, 0);
        foreach (var notice in notices)
        {
            if (notice is not LossNotice && run.First != 0 && notice.BootNs == run.Last + 1)
            {
                run.Last++;
                told[^1] = $"{run.First}-{run.Last}";
                continue;
            }

            run = notice is LossNotice ? (0, 0) : (notice.BootNs, notice.BootNs);
            told.Add(notice is LossNotice l ? $"lost({l.Count}: {l.SinceBootNs}-{l.BootNs})" : $"{notice.BootNs}");
        }

        return string.Join(' ', told);
    }
}

/// <summary>A directory that goes with the test.</summary>
internal sealed class Folder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("xat-spool-").FullName;

    internal string Spool => System.IO.Path.Combine(Path, "spool");

    internal string[] Segments => Directory.Exists(Spool) ? [.. Directory.GetFiles(Spool, "*.notices").Order(StringComparer.Ordinal)] : [];

    public void Dispose() => Directory.Delete(Path, true);
}
