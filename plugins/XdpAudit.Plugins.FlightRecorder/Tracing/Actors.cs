using System.Buffers.Binary;
using System.Runtime.InteropServices;
using XdpAudit.Abstractions;
using XdpAudit.Kernel;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// Who did it. What does not change in one image of one process comes once, in a record of its own, and is remembered here, longer than the
/// kernel's side remembers that it sent it. A process is told by its number, its start and how often it called execve(2), so a record that was
/// lost leaves a process half known, and never known as another.
/// </summary>
internal sealed class Actors(CgroupPaths cgroups)
{
    /// <summary>The kernel's side remembers 4096 (Bpf/process.h); of ours at least the last 8192 that acted are here.</summary>
    private const int Generation = 8192;

    private const ulong NanosecondsPerTick = 10_000_000; // USER_HZ, proc(5)
    private const uint LoginUidUnset = uint.MaxValue;

    private Dictionary<Image, Known> _young = [];
    private Dictionary<Image, Known> _old = [];

    internal unsafe void Learn(ReadOnlySpan<byte> record)
    {
        ref readonly var r = ref MemoryMarshal.AsRef<ProcessRecord>(record);
        var text = record[sizeof(ProcessRecord)..];
        var command = text[..(int)r.CommandBytes];
        var known = new Known
        {
            CommandLine = r.CommandBytes == 0 ? null : CommandLineOf(command),
            Exe = r.ExeBytes == 0 || (r.ExeFlags & ProcessRecord.ExeComplete) == 0 ? null : ExeOf(text.Slice((int)r.CommandBytes, (int)r.ExeBytes), r.ExeFlags),
            Parents = ParentsOf(record.Slice(sizeof(RecordHead), (int)r.ParentCount * ProcessRecord.BytesPerParent)),
        };
        if (r.CommandAll == 0 && r.ExeBytes == 0)
        {
            known.NotKnown.Add(TracingWords.NoMemory);
        }
        else
        {
            if (r.CommandBytes == 0 && r.CommandAll > 0)
            {
                known.NotKnown.Add(TracingWords.CommandLineUnread);
            }

            if (r.CommandAll > r.CommandBytes && r.CommandBytes > 0)
            {
                known.NotKnown.Add(TracingWords.CommandLineCut(r.CommandAll));
            }

            if (known.Exe is null)
            {
                known.NotKnown.Add(TracingWords.ExeCut);
            }
        }

        Remember(ImageOf(in r.Head), known);
    }

    internal Actor Of(ref readonly RecordHead head)
    {
        if ((head.Flags & RecordHead.Deferred) != 0)
        {
            return new Actor.Unknown(TracingWords.ActorDeferred);
        }

        if ((head.Flags & RecordHead.KernelThread) != 0)
        {
            return new Actor.Kernel($"kernel thread {CommOf(in head)}");
        }

        var known = Find(ImageOf(in head)) ?? new Known { NotKnown = { TracingWords.ProcessLost } };
        var now = new Changing(head.Uid, head.LoginUid, head.CgroupId, head.NetnsInode, head.NetnsCookie);
        var comm = CommOf(in head);
        if (known.Actor is not null && known.Now == now && known.Comm == comm)
        {
            return known.Actor;
        }

        // Often the same again and again: kept until something about it changes.
        (known.Now, known.Comm, known.Actor) = (now, comm, new Actor.Process(Identity(in head, known, comm)));
        return known.Actor;
    }

    private ProcessIdentity Identity(ref readonly RecordHead head, Known known, string comm)
    {
        var cgroup = cgroups.Find(head.CgroupId);
        List<string> notKnown = [.. known.NotKnown];
        if (cgroup.Why is { } why)
        {
            notKnown.Add(why);
        }

        return new()
        {
            Pid = (int)head.Tgid,
            StartTicks = head.ProcessStart / NanosecondsPerTick,
            Comm = comm,
            Exe = known.Exe,
            Uid = head.Uid,
            LoginUid = head.LoginUid == LoginUidUnset ? null : head.LoginUid,
            Cgroup = cgroup.Path,
            Container = cgroup.Container,
            Pod = cgroup.Pod,
            Netns = head.NetnsInode == 0 ? null : new(head.NetnsInode),
            NetnsCookie = head.NetnsCookie == 0 ? null : new(head.NetnsCookie),
            CommandLine = known.CommandLine,
            Parents = known.Parents,
            NotKnown = notKnown.Count == 0 ? null : notKnown,
        };
    }

    private void Remember(Image image, Known known)
    {
        if (_young.Count >= Generation)
        {
            (_old, _young) = (_young, []);
        }

        _young[image] = known;
    }

    private Known? Find(Image image)
    {
        if (_young.TryGetValue(image, out var known))
        {
            return known;
        }

        if (_old.TryGetValue(image, out known))
        {
            Remember(image, known);
        }

        return known;
    }

    private static Image ImageOf(ref readonly RecordHead head) => new(head.Tgid, head.ProcessStart, head.ExecId);

    private static unsafe string CommOf(ref readonly RecordHead head)
    {
        fixed (byte* comm = head.Comm)
        {
            return KernelText.FromFixed(new(comm, 16));
        }
    }

    /// <summary>Arguments joined by spaces, as /proc/PID/cmdline is shown.</summary>
    private static string CommandLineOf(ReadOnlySpan<byte> arguments) =>
        string.Join(' ', Split(arguments.TrimEnd((byte)0)).Select(KernelTextOf));

    private static string ExeOf(ReadOnlySpan<byte> names, uint flags)
    {
        var fromLeaf = Split(names.TrimEnd((byte)0));
        fromLeaf.Reverse();
        return "/" + string.Join('/', fromLeaf.Select(KernelTextOf)) + ((flags & ProcessRecord.ExeDeleted) != 0 ? " (deleted)" : "");
    }

    private static string KernelTextOf(byte[] bytes) => KernelText.Escape(bytes);

    private static List<byte[]> Split(ReadOnlySpan<byte> text)
    {
        var parts = new List<byte[]>();
        foreach (var range in text.Split((byte)0))
        {
            parts.Add(text[range].ToArray());
        }

        return parts;
    }

    private static List<ParentProcess> ParentsOf(ReadOnlySpan<byte> parents)
    {
        var list = new List<ParentProcess>(ProcessRecord.MostParents);
        for (; !parents.IsEmpty; parents = parents[ProcessRecord.BytesPerParent..])
        {
            list.Add(new(BinaryPrimitives.ReadInt32LittleEndian(parents), KernelText.FromFixed(parents[4..ProcessRecord.BytesPerParent])));
        }

        return list;
    }

    private readonly record struct Image(uint Tgid, ulong Start, ulong ExecId);

    private readonly record struct Changing(uint Uid, uint LoginUid, ulong Cgroup, uint NetnsInode, ulong NetnsCookie);

    private sealed class Known
    {
        internal string? CommandLine { get; init; }

        internal string? Exe { get; init; }

        internal IReadOnlyList<ParentProcess>? Parents { get; init; }

        internal List<string> NotKnown { get; } = [];

        internal Changing Now { get; set; }

        internal string? Comm { get; set; }

        internal Actor.Process? Actor { get; set; }
    }
}
