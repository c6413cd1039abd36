using System.Runtime.InteropServices;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>The object behind a pin or a descriptor.</summary>
internal sealed record KernelObject(string Kind, uint Id)
{
    public override string ToString() => $"{Kind} {Id}";
}

/// <summary>Pins: looking, opening, removing. Nothing opened here outlives the call.</summary>
internal static unsafe partial class KernelPins
{
    private const string GetCall = "bpf(BPF_OBJ_GET)";

    /// <summary>Refuses a path at which nothing can be pinned, before anything is done; changes nothing.</summary>
    internal static void Check(PinPath path)
    {
        if (PinBytes.Fault(path) is { } fault)
        {
            throw Words.PinPathInvalid(path, fault);
        }

        var (existing, missing) = Split(path);
        if (!IsBpffs(existing))
        {
            throw Words.PinNotOnBpffs(path, existing);
        }

        if (missing.FirstOrDefault(m => m.Contains('.', StringComparison.Ordinal)) is { } dotted)
        {
            throw Words.PinNameHasDot(path, dotted);
        }

        if (missing.Count == 0)
        {
            throw Words.PinTaken(path, Look(path)?.ToString() ?? "a directory or an object that cannot be opened");
        }
    }

    /// <summary>Makes the directories of a path that are missing and returns them, the deepest first; what it made it takes back when one cannot be made.</summary>
    internal static IReadOnlyCollection<string> MakeDirectories(PinPath path)
    {
        var (existing, missing) = Split(path);
        var made = new Stack<string>();
        var directory = existing;
        foreach (var name in missing.SkipLast(1))
        {
            directory = $"{directory.TrimEnd('/')}/{name}";
            switch (On(directory, d => Files.mkdir(d, 0x1C0)))
            {
                case 0:
                    made.Push(directory);
                    break;
                case Errnos.Eexist:
                    break; // somebody else made it meanwhile: it is theirs
                case var refused:
                    RemoveEmpty(made);
                    throw Words.Kernel($"make directory '{directory}' for a pin", refused, "mkdir");
            }
        }

        return made;
    }

    /// <summary>Takes made directories back, the deepest first; what is not empty stays, for another's pin may have come into it.</summary>
    internal static void RemoveEmpty(IEnumerable<string> made)
    {
        foreach (var directory in made)
        {
            On(directory, d => Files.rmdir(d));
        }
    }

    /// <summary>The files right below a directory; none when there is no such directory.</summary>
    internal static IReadOnlyList<PinPath> Inside(PinPath directory) =>
        Directory.Exists(directory.Value) ? [.. Directory.EnumerateFiles(directory.Value).Select(f => new PinPath(f))] : [];

    /// <summary>Removes a directory of our own and the pins right below it.</summary>
    internal static void RemoveDirectory(PinPath directory)
    {
        foreach (var file in Inside(directory))
        {
            On(file.Value, p => Files.unlink(p));
        }

        On(directory.Value, d => Files.rmdir(d));
    }

    /// <summary>What a pin holds; null when there is none, or what is there is no BPF object that opens.</summary>
    internal static KernelObject? Look(PinPath path)
    {
        var (descriptor, _) = Get(path);
        using (descriptor)
        {
            return descriptor is null ? null : Identify(descriptor);
        }
    }

    /// <summary>What a pin holds; null when no file is there. Refuses what cannot be opened.</summary>
    internal static KernelObject? Find(PinPath path)
    {
        if (PinBytes.Fault(path) is { } fault)
        {
            throw Words.PinPathInvalid(path, fault);
        }

        var (descriptor, errno) = Get(path);
        using (descriptor)
        {
            return descriptor is not null ? Identify(descriptor)
                : errno is Errnos.Enoent or Errnos.Enotdir ? null
                : throw Words.Kernel($"open pin '{path}'", errno, GetCall);
        }
    }

    /// <summary>
    /// Removes a pin if it is of this object: false when no pin is there. Linux has no way to remove the file one has open, so a pin exchanged
    /// between the look and the removal is removed; whoever can do that can also remove pins.
    /// </summary>
    internal static bool Remove(PinPath path, KernelObject expected)
    {
        switch (Find(path))
        {
            case null:
                return false;
            case { } found when found != expected:
                throw Words.PinIsAnother(path, found.ToString(), expected.ToString());
            default:
                var errno = On(path.Value, p => Files.unlink(p));
                return errno is 0 || (errno is Errnos.Enoent ? false : throw Words.Kernel($"remove pin '{path}'", errno, "unlink"));
        }
    }

    /// <summary>Opens an object by kind and id.</summary>
    internal static Descriptor Open(string kind, uint id)
    {
        var command = kind switch
        {
            ObjectKind.Program => BpfSyscall.ProgGetFdById,
            ObjectKind.Link => BpfSyscall.LinkGetFdById,
            ObjectKind.Map => BpfSyscall.MapGetFdById,
            _ => throw Words.KindUnknown(kind),
        };
        var attributes = new BpfSyscall.IdAttributes { Start = id };
        var fd = BpfSyscall.Bpf(command, &attributes, sizeof(BpfSyscall.IdAttributes));
        return fd >= 0 ? new(fd)
            : fd == -Errnos.Enoent ? throw Words.ObjectNotFound(kind, id)
            : throw Words.Kernel($"open {kind} {id}", -fd, "bpf(BPF_*_GET_FD_BY_ID)");
    }

    private static (Descriptor? Descriptor, int Errno) Get(PinPath path)
    {
        fixed (byte* bytes = PinBytes.Of(path.Value))
        {
            var attributes = new BpfSyscall.ObjectAttributes { Path = (ulong)bytes };
            var fd = BpfSyscall.Bpf(BpfSyscall.ObjGet, &attributes, sizeof(BpfSyscall.ObjectAttributes));
            return fd >= 0 ? (new(fd), 0) : (null, -fd);
        }
    }

    // The kind is only told by the name of the file behind the descriptor: anon_inode:bpf-prog, bpf-map, and bpf_link or bpf-link. The descriptor is the
    // thread's: one with descriptors of its own finds others under /proc/self.
    private static KernelObject Identify(Descriptor descriptor)
    {
        var target = ReadLink($"/proc/thread-self/fd/{descriptor.Number}");
        var kind = target.Contains("bpf-prog", StringComparison.Ordinal) ? ObjectKind.Program
            : target.Contains("bpf-map", StringComparison.Ordinal) ? ObjectKind.Map
            : target.Contains("bpf-link", StringComparison.Ordinal) || target.Contains("bpf_link", StringComparison.Ordinal) ? ObjectKind.Link
            : ObjectKind.Unknown;
        return new(kind, kind switch
        {
            ObjectKind.Program => KernelPrograms.Read(descriptor).Id.Value,
            ObjectKind.Link => KernelLinks.Read(descriptor).Id.Value,
            ObjectKind.Map => MapId(descriptor),
            _ => 0,
        });
    }

    private static uint MapId(Descriptor map)
    {
        var info = default(BpfSyscall.MapInfo);
        var attributes = new BpfSyscall.InfoAttributes { Fd = (uint)map.Number, Length = (uint)sizeof(BpfSyscall.MapInfo), Info = (ulong)&info };
        var answer = BpfSyscall.Bpf(BpfSyscall.ObjGetInfoByFd, &attributes, sizeof(BpfSyscall.InfoAttributes));
        return answer < 0 ? throw Words.Kernel("read a map", -answer, "bpf(BPF_OBJ_GET_INFO_BY_FD)") : info.Id;
    }

    /// <summary>The deepest part of the path that exists, and the names that do not.</summary>
    private static (string Existing, IReadOnlyList<string> Missing) Split(PinPath path)
    {
        var existing = path.Value;
        var missing = new List<string>();
        while (existing.Length > 1 && On(existing, p => Files.access(p, 0)) != 0)
        {
            var cut = existing.LastIndexOf('/');
            missing.Insert(0, existing[(cut + 1)..]);
            existing = cut == 0 ? "/" : existing[..cut];
        }

        return (existing, missing);
    }

    private static bool IsBpffs(string path)
    {
        fixed (byte* bytes = PinBytes.Of(path))
        {
            Files.FileSystem answer;
            return Files.statfs(bytes, &answer) == 0 && answer.Type == Files.BpfFsMagic;
        }
    }

    private static string ReadLink(string path)
    {
        var buffer = stackalloc byte[256];
        fixed (byte* bytes = PinBytes.Of(path))
        {
            var length = Files.readlink(bytes, buffer, 256);
            return length < 0 ? "" : Encoding.UTF8.GetString(buffer, (int)length);
        }
    }

    private delegate int PathCall(byte* path);

    /// <summary>0, or errno.</summary>
    private static int On(string path, PathCall call)
    {
        fixed (byte* bytes = PinBytes.Of(path))
        {
            return call(bytes) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }
}
