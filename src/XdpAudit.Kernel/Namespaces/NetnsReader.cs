using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>What was read in network namespaces.</summary>
internal sealed class NetnsSeen
{
    internal List<ObservedNamespace> Namespaces { get; } = [];

    internal List<ObservedInterface> Interfaces { get; } = [];

    /// <summary>Inodes of those that were tried, whatever came of it.</summary>
    internal HashSet<uint> Tried { get; } = [];
}

/// <summary>Goes into one network namespace after the other and lists its interfaces. Only on a <see cref="NamespaceThread"/>.</summary>
internal static class NetnsReader
{
    internal static void Read(IEnumerable<NetnsDoor> doors, string proc, NetnsSeen seen, LookPart namespaces, LookPart attachments, CancellationToken cancellation)
    {
        ProcFiles.TryReadNamespace($"{proc}/thread-self/ns/net", out var own, out _);
        foreach (var door in doors.OrderByDescending(d => d.Inode == own))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!seen.Tried.Add(door.Inode))
            {
                continue;
            }

            string? path = $"{proc}/self/ns/net";
            var errno = 0;
            if (door.Inode == own || NetnsEntry.TryEnter(door, out path, out errno))
            {
                ReadHere(door, path, door.Inode == own, seen, attachments);
            }
            else if (errno != 0)
            {
                var what = string.Create(CultureInfo.InvariantCulture, $"enter network namespace net:[{door.Inode}]{(path is null ? "" : " by '" + path + "'")}");
                var why = path is not null ? Words.NeedsNetAdmin : door.Sockets.Count > 0 ? Words.SocketNotLent : Words.HiddenNeedsHandle;
                namespaces.Missed(what, why, errno);
                attachments.Missed(what, why, errno);
                if (door.Cookie != 0)
                {
                    seen.Namespaces.Add(new() { Cookie = new(door.Cookie), Inode = new(door.Inode), Name = door.Name, Path = path });
                }
            }
            else
            {
                // Gone, as far as this told; if something else insists that it is there, it is tried again.
                seen.Tried.Remove(door.Inode);
            }
        }
    }

    private static void ReadHere(NetnsDoor door, string? path, bool own, NetnsSeen seen, LookPart attachments)
    {
        var complete = InterfaceReader.TryRead(out var cookie, out var interfaces, out var why, out var errno);
        if (!complete)
        {
            attachments.Missed(string.Create(CultureInfo.InvariantCulture, $"list the interfaces of net:[{door.Inode}]"), why, errno);
        }

        if (cookie is { } known)
        {
            seen.Namespaces.Add(new() { Cookie = known, Inode = new(door.Inode), Name = door.Name, Path = path, Own = own, Complete = complete });
            seen.Interfaces.AddRange(interfaces);
        }
    }
}
