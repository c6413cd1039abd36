using System.Text;

namespace XdpAudit.Kernel;

/// <summary>Where a path leads when every link on it is followed, and whose that is.</summary>
/// <param name="Path">The same place without links.</param>
/// <param name="Status">What is there.</param>
public sealed record RealPath(string Path, FileStatus Status)
{
    /// <summary>Follows a path; null when nothing is there or it cannot be reached.</summary>
    public static RealPath? Follow(string path)
    {
        using var there = ProcFiles.TryOpen(path, Files.O_PATH, out _);
        return there is not null
            && ProcFiles.TryReadLink($"/proc/self/fd/{there.Number}", out var target, out _)
            && ProcFiles.TryStat(there.Number, [], Files.AT_EMPTY_PATH, out var answer, out _)
            ? new(Encoding.UTF8.GetString(target), FileStatus.From(answer))
            : null;
    }
}
