using System.Globalization;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>
/// Walks one bpffs from an open directory. Names are bytes and may be anything but a dot; symbolic links are not followed, they keep nothing.
/// Objects are opened for as long as it takes to ask for their number.
/// </summary>
internal sealed unsafe class PinWalk
{
    private const int MostLevels = 64;

    private readonly LookPart _part;
    private readonly List<ObservedPin> _pins;
    private readonly Descriptor _descriptors;
    private readonly bool _hidden;
    private readonly ulong? _namespace;
    private readonly string _path;
    private readonly string _reach;
    private readonly string[] _covering;

    /// <summary>Of a mount: our way to it is its path, which mounts further down may cover in part.</summary>
    internal PinWalk(BpffsMount mount, bool hidden, string proc, List<ObservedPin> pins, LookPart part)
        : this(KernelText.Escape(mount.Mount.MountPoint), mount.Reach, mount.Namespace.Inode, hidden, OwnDescriptors(proc), pins, part) =>
        _covering = [.. mount.Namespace.Mounts.Where(m => m.Parent == mount.Mount.Id && m.Id != mount.Mount.Id
            && m.MountPoint.Length > mount.Mount.MountPoint.Length).Select(m => KernelText.Escape(m.MountPoint) + "/")];

    /// <summary>Of any directory. <paramref name="descriptors"/> is /proc/self/fd, opened where procfs is ours; it is closed by <see cref="Walk"/>.</summary>
    internal PinWalk(string path, string reach, ulong? mountNamespace, bool hidden, Descriptor descriptors, List<ObservedPin> pins, LookPart part)
    {
        (_path, _reach, _namespace, _hidden, _descriptors, _pins, _part) = (path.TrimEnd('/'), reach.TrimEnd('/'), mountNamespace, hidden, descriptors, pins, part);
        _covering = [];
    }

    /// <summary>/proc/self/fd as a directory: in another mount namespace there may be no procfs, or another one.</summary>
    internal static Descriptor OwnDescriptors(string proc) =>
        ProcFiles.TryOpen($"{proc}/self/fd", Files.O_PATH | Files.O_DIRECTORY, out _) ?? new Descriptor();

    internal void Walk(Descriptor root)
    {
        using (_descriptors)
        {
            if (_covering.Length == 0)
            {
                Directory(root, "", 0);
                return;
            }

            // Mounts on its subdirectories would hide what is in those. A clone of this mount alone has none of them.
            byte empty = 0;
            var fd = NamespaceCalls.OpenTree(root.Number, &empty, NamespaceCalls.OPEN_TREE_CLONE | Files.AT_EMPTY_PATH | Files.O_CLOEXEC);
            if (fd < 0)
            {
                _part.Missed(Words.Covering(_reach), Words.Covered(_covering[0].TrimEnd('/')), Errno.Last);
                Directory(root, "", 0);
                return;
            }

            using var clone = new Descriptor(fd);
            using var readable = ProcFiles.TryOpenAt(clone.Number, "."u8, Files.O_RDONLY | Files.O_DIRECTORY, out _);
            Directory(readable ?? root, "", 0);
        }
    }

    private void Directory(Descriptor directory, string inside, int level)
    {
        if (level > MostLevels)
        {
            _part.Missed(Words.Covering(_reach + inside), Words.PinTooDeep);
            return;
        }

        var entries = DirectoryEntries.Read(directory, out var errno);
        foreach (var entry in entries)
        {
            var path = $"{inside}/{KernelText.Escape(entry.Name)}";
            if (entry.Type == Files.DT_DIR)
            {
                using var below = ProcFiles.TryOpenAt(directory.Number, entry.Name, Files.O_RDONLY | Files.O_DIRECTORY | Files.O_NOFOLLOW, out var why);
                if (below is not null)
                {
                    Directory(below, path, level + 1);
                }
                else if (!Errno.IsGone(why))
                {
                    _part.Missed(Words.Covering(_reach + path), Words.PinNeedsRead, why);
                }
            }
            else if (entry.Type == Files.DT_REG)
            {
                Pin(directory, entry.Name, path);
            }
        }

        if (errno != 0)
        {
            _part.Missed(Words.Covering(_reach + inside), Words.StoppedEarly, errno);
        }
    }

    private void Pin(Descriptor directory, byte[] name, string path)
    {
        if (!ProcFiles.TryStat(directory.Number, name, Files.AT_SYMLINK_NOFOLLOW, out var stat, out _))
        {
            return;
        }

        string kind;
        uint? id;
        using (var descriptor = TryGet(directory, name, out var errno))
        {
            // ENOENT: unlinked meanwhile, or one of progs.debug and maps.debug that CONFIG_BPF_PRELOAD puts into every bpffs without an object.
            if (descriptor is null && Errno.IsGone(errno))
            {
                return;
            }

            if (descriptor is null)
            {
                _part.Missed($"open the pin '{_reach}{path}'", Words.PinNeedsRead, errno);
            }

            (kind, id) = descriptor is null ? (ObjectKind.Unknown, null) : Identify(descriptor);
        }

        _pins.Add(new()
        {
            Path = new(_path + path),
            Device = DeviceNumber.Make(stat.stx_dev_major, stat.stx_dev_minor),
            Inode = stat.stx_ino,
            Kind = kind,
            ObjectId = id,
            MountNamespace = _namespace,
            ReachedBy = _reach + path,
            Hidden = _hidden || _covering.Any(c => (_path + path).StartsWith(c, StringComparison.Ordinal)),
        });
    }

    /// <summary>Read-only as far as it goes: the kernel opens links for reading and writing or not at all (EINVAL).</summary>
    private static Descriptor? TryGet(Descriptor directory, byte[] name, out int errno)
    {
        if (Files.FChDir(directory.Number) != 0)
        {
            errno = Errno.Last;
            return null;
        }

        byte[] path = [.. "./"u8, .. name, 0];
        fixed (byte* p = path)
        {
            var fd = -1;
            errno = Errno.EINVAL;
            foreach (var flags in (ReadOnlySpan<uint>)[BpfCalls.BPF_F_RDONLY, 0])
            {
                var attr = new bpf_attr_obj { pathname = (ulong)p, file_flags = flags };
                fd = errno == Errno.EINVAL ? BpfCalls.Bpf(BpfCalls.BPF_OBJ_GET, &attr, (uint)sizeof(bpf_attr_obj)) : fd;
                errno = fd >= 0 ? 0 : Errno.Last;
            }

            return fd < 0 ? null : new Descriptor(fd);
        }
    }

    private (string Kind, uint? Id) Identify(Descriptor descriptor)
    {
        var number = Encoding.ASCII.GetBytes(descriptor.Number.ToString(CultureInfo.InvariantCulture));
        if (_descriptors.IsInvalid || !ProcFiles.TryReadLinkAt(_descriptors.Number, number, out var target, out _)
            || !DescriptorTarget.TryParse(target, out var kind, out _))
        {
            return (ObjectKind.Unknown, null);
        }

        switch (kind)
        {
            case FileKind.Program:
                var program = default(bpf_prog_info);
                return (ObjectKind.Program, BpfObjects.TryInfo(descriptor, ref program, out _) ? program.id : null);
            case FileKind.Link:
                var link = default(bpf_link_info);
                return (ObjectKind.Link, BpfObjects.TryInfo(descriptor, ref link, out _) ? link.id : null);
            case FileKind.Map:
                var map = default(bpf_map_info);
                return (ObjectKind.Map, BpfObjects.TryInfo(descriptor, ref map, out _) ? map.id : null);
            default:
                return (ObjectKind.Unknown, null);
        }
    }
}
