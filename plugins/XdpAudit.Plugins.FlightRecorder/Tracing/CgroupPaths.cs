using System.Runtime.InteropServices;
using XdpAudit.Kernel;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// The path of a cgroup of the unified hierarchy by its number: <c>bpf_get_current_cgroup_id</c> gives the number, which is also the file handle of
/// its directory (open_by_handle_at(2), CAP_DAC_READ_SEARCH). A number is never given again in one boot, so what was found is kept.
/// </summary>
internal sealed unsafe partial class CgroupPaths : IDisposable
{
    private const int FileIdKernfs = 0xfe; // include/linux/exportfs.h
    private const int OpenPath = 0x200000;
    private const int OpenCloseOnExec = 0x80000;
    private const int Most = 4096;
    private const int PathMax = 4096;

    /// <summary>On a hybrid host the unified hierarchy is beside the older ones.</summary>
    private static readonly string[] Roots = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"];

    private readonly Dictionary<ulong, CgroupPath> _known = [];
    private readonly string _root;
    private readonly int _mount;

    internal CgroupPaths()
    {
        _root = Roots.FirstOrDefault(r => File.Exists(r + "/cgroup.procs")) ?? Roots[^1];
        // Not O_PATH, which open_by_handle_at refuses as a mount.
        _mount = Open(_root, OpenCloseOnExec);
    }

    internal CgroupPath Find(ulong id)
    {
        if (_known.TryGetValue(id, out var known))
        {
            return known;
        }

        var found = Look(id);
        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        return _known[id] = found;
    }

    public void Dispose()
    {
        if (_mount >= 0)
        {
            _ = Close(_mount);
        }
    }

    private CgroupPath Look(ulong id)
    {
        var handle = new FileHandle { Bytes = sizeof(ulong), Type = FileIdKernfs, Id = id };
        var fd = OpenByHandle(_mount, &handle, OpenPath | OpenCloseOnExec);
        if (fd < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            return new(null, null, null, TracingWords.CgroupUnknown(id, errno == Errnos.Estale ? "it is gone" : "open_by_handle_at: " + Errnos.Name(errno)));
        }

        var buffer = stackalloc byte[PathMax];
        var length = ReadLink($"/proc/self/fd/{fd}", buffer, PathMax);
        _ = Close(fd);
        var text = length > 0 ? KernelText.Escape(new ReadOnlySpan<byte>(buffer, (int)length)) : "";
        if (!text.StartsWith(_root, StringComparison.Ordinal))
        {
            return new(null, null, null, TracingWords.CgroupUnknown(id, $"its path is not under {_root}"));
        }

        var path = text.Length == _root.Length ? "/" : text[_root.Length..];
        var (container, pod) = CgroupNames.Parse(path);
        return new(path, container, pod, null);
    }

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct FileHandle
    {
        internal uint Bytes;
        internal int Type;
        internal ulong Id;
    }

    /// <summary>open(2): a descriptor, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    /// <summary>open_by_handle_at(2): a descriptor, or -1 and errno; ESTALE for what is gone.</summary>
    [LibraryImport("libc", EntryPoint = "open_by_handle_at", SetLastError = true)]
    private static partial int OpenByHandle(int mount, FileHandle* handle, int flags);

    /// <summary>readlink(2): bytes written, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "readlink", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial nint ReadLink(string path, byte* buffer, nuint size);

    /// <summary>close(2).</summary>
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int fd);
}

/// <summary>A cgroup's path and what it tells; <paramref name="Why"/> it has none.</summary>
internal sealed record CgroupPath(string? Path, string? Container, string? Pod, string? Why);
