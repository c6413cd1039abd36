using System.ComponentModel;
using System.Runtime.InteropServices;

namespace XdpAudit.Kernel.Bench;

/// <summary>
/// Programs, each with a link on a tracepoint that does not fire (xdp_cpumap_enqueue), held by this process alone: the kernel takes them
/// all away when it ends, however it ends.
/// </summary>
internal sealed unsafe partial class Population : IDisposable
{
    private const int BPF_PROG_LOAD = 5;
    private const int BPF_RAW_TRACEPOINT_OPEN = 17;
    private const uint BPF_PROG_TYPE_RAW_TRACEPOINT = 17;

    private readonly List<int> _descriptors = [];

    internal int Count => _descriptors.Count / 2;

    /// <summary>Adds until there are so many.</summary>
    internal void GrowTo(int count)
    {
        RaiseLimit((ulong)(2 * count) + 1024);
        while (Count < count)
        {
            var program = Load();
            _descriptors.Add(program);
            _descriptors.Add(Link(program));
        }
    }

    public void Dispose()
    {
        foreach (var fd in _descriptors)
        {
            _ = Close(fd);
        }

        _descriptors.Clear();
    }

    private static int Load()
    {
        var instructions = stackalloc ulong[2] { 0xb7, 0x95 };
        var license = stackalloc byte[4] { (byte)'G', (byte)'P', (byte)'L', 0 };
        var attr = stackalloc byte[128];
        new Span<byte>(attr, 128).Clear();
        *(uint*)attr = BPF_PROG_TYPE_RAW_TRACEPOINT;
        *(uint*)(attr + 4) = 2;
        *(ulong*)(attr + 8) = (ulong)instructions;
        *(ulong*)(attr + 16) = (ulong)license;
        "xa_bench"u8.CopyTo(new Span<byte>(attr + 48, 16));
        return Bpf(BPF_PROG_LOAD, attr, 128);
    }

    private static int Link(int program)
    {
        var attr = stackalloc byte[24];
        new Span<byte>(attr, 24).Clear();
        fixed (byte* name = "xdp_cpumap_enqueue\0"u8)
        {
            *(ulong*)attr = (ulong)name;
            *(uint*)(attr + 8) = (uint)program;
            return Bpf(BPF_RAW_TRACEPOINT_OPEN, attr, 16);
        }
    }

    private static int Bpf(int command, byte* attr, nuint size)
    {
        var fd = (int)SystemCall(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321, command, attr, size);
        return fd >= 0 ? fd : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private static void RaiseLimit(ulong files)
    {
        var limit = stackalloc ulong[2];
        _ = GetLimit(7, limit);
        if (limit[0] < files)
        {
            limit[0] = Math.Min(files, limit[1]);
            _ = SetLimit(7, limit);
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint command, byte* attr, nuint size);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, ulong* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, ulong* limit);
}
