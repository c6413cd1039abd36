using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using XdpAudit.Plugins.Libbpf;

namespace XdpAudit.Plugins.Tests;

/// <summary>The kernel this machine runs, in a lab, seen and driven by ip and bpftool.</summary>
internal sealed partial class RealWorld : ExecutorWorld
{
    // Compiled once, and marked for each world: others load programs on this machine too, and the kernel frees those of the test before a moment late.
    private const string Unmarked = "zzzzzzzzzz";
    private static int _worlds;
    private static readonly Lock Compiling = new();
    private static byte[]? _good;
    private static byte[]? _refused;
    // One lab for all worlds of this run: making and clearing one away takes longer than most tests. Each world has directories and namespaces of its own.
    private static readonly Lazy<Lab> Shared = new(() =>
    {
        var lab = new Lab();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => lab.Dispose();
        return lab;
    });

    private readonly Lab _lab = Shared.Value;
    private readonly string _pins;
    private readonly List<string> _namespaces = [];
    private readonly Func<IExecutor> _start;
    private readonly string _mark = $"{Environment.ProcessId:x6}{Interlocked.Increment(ref _worlds):x4}";

    /// <param name="start">Starts the executor that is tested; libbpf's when left out, which is somebody else's otherwise.</param>
    internal RealWorld(Func<IExecutor>? start = null)
    {
        _start = start ?? StartOtherExecutor;
        (Folder, _pins) = ($"{_lab.Folder}/{_mark}", $"{_lab.Bpffs}/{_mark}");
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(_pins);
        lock (Compiling)
        {
            _good ??= Compile("good", Samples.Pass);
            _refused ??= Compile("refused", Samples.Refused);
        }

        Good = Write("good", _good);
        Refused = Write("refused", _refused) with { Program = "refd_" + _mark };
        Truncated = Write("truncated", _good[..(_good.Length / 2)]);
    }

    /// <summary>A directory of the world's own.</summary>
    internal string Folder { get; }

    /// <summary>A directory of the world's own on a bpffs.</summary>
    internal string Bpffs => _pins;

    /// <summary>The bpffs of all worlds: libxdp remembers the one it was first told for as long as its process lives.</summary>
    internal static string LabBpffs => Shared.Value.Bpffs;

    /// <summary>Runs a tool inside the namespace of an interface.</summary>
    internal static Shell.Answer TryAt(InterfaceRef at, string file, params string[] arguments) => Lab.TryIn(Netns(at), file, arguments);

    /// <summary>Compiles an object of the test's own.</summary>
    internal SampleObject Object(string name, string source, string program)
    {
        var compiled = File.ReadAllBytes(_lab.CompileBpf(_mark + name, source));
        var path = $"{Folder}/{name}.bpf.o";
        File.WriteAllBytes(path, compiled);
        return new(path, Convert.ToHexStringLower(SHA256.HashData(compiled)), program, program);
    }

    public override SampleObject Good { get; }

    public override SampleObject Refused { get; }

    public override SampleObject Truncated { get; }

    public override PinPath PinElsewhere => new(Folder + "/pin");

    public override PinPath Pin(string name) => new($"{_pins}/{name}");

    public override InterfaceRef Interface(string kind = "veth")
    {
        var netns = _lab.Netns();
        _namespaces.Add(netns);
        if (kind != "veth")
        {
            Shell.Run("ip", "-n", netns, "link", "add", "name", "br0", "type", kind);
            return Ref(netns, "br0");
        }

        return Ref(netns, "va");
    }

    public override void DeleteInterface(InterfaceRef at) => Shell.Run("ip", "-n", Netns(at), "link", "del", at.Name);

    public override void DeleteNetns(InterfaceRef at) => Shell.Run("ip", "netns", "del", Netns(at));

    public override InterfaceRef Rename(InterfaceRef at, string name)
    {
        Shell.Run("ip", "-n", Netns(at), "link", "set", at.Name, "down");
        Shell.Run("ip", "-n", Netns(at), "link", "set", at.Name, "name", name);
        return Ref(Netns(at), name);
    }

    public override InterfaceRef Move(InterfaceRef at, InterfaceRef to)
    {
        Shell.Run("ip", "-n", Netns(at), "link", "set", at.Name, "netns", Netns(to), "name", "moved");
        return Ref(Netns(to), "moved");
    }

    public override IReadOnlyList<ObservedXdp> InForce(InterfaceRef at)
    {
        var answer = Shell.Try("ip", "-n", Netns(at), "-j", "link", "show", "dev", at.Name);
        if (answer.ExitCode != 0)
        {
            return [];
        }

        var link = JsonDocument.Parse(answer.Output).RootElement[0];
        return link.TryGetProperty("xdp", out var xdp)
            ? [new(xdp.GetProperty("mode").GetInt32() switch { 1 => XdpMode.Native, 2 => XdpMode.Generic, _ => XdpMode.Unknown }, new(xdp.GetProperty("prog").GetProperty("id").GetUInt32()))]
            : [];
    }

    public override LoadedProgram? Program(KernelProgramId id)
    {
        var answer = Shell.Try("bpftool", "-j", "prog", "show", "id", id.ToString());
        if (answer.ExitCode != 0)
        {
            return null;
        }

        var p = JsonDocument.Parse(answer.Output).RootElement;
        return new()
        {
            Id = new(p.GetProperty("id").GetUInt32()),
            LoadedNs = 0,
            Type = p.GetProperty("type").GetString()!,
            Name = p.GetProperty("name").GetString()!,
            Tag = new(p.GetProperty("tag").GetString()!),
            MapIds = p.TryGetProperty("map_ids", out var maps) ? [.. maps.EnumerateArray().Select(m => new KernelMapId(m.GetUInt32()))] : [],
            Persistence = "",
        };
    }

    public override int CountPrograms(string name)
    {
        var answer = Shell.Try("bpftool", "-j", "prog", "show");
        return JsonDocument.Parse(answer.Output).RootElement.EnumerateArray().Count(p => p.TryGetProperty("name", out var n) && n.GetString() == name);
    }

    public override IReadOnlyList<string> Pins() =>
        [.. Directory.EnumerateFiles(_pins, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public override (KernelProgramId Program, uint IfIndex)? Link(KernelLinkId id)
    {
        var answer = Shell.Try("bpftool", "-j", "link", "show", "id", id.ToString());
        if (answer.ExitCode != 0)
        {
            return null;
        }

        // bpftool 7.1 does not print the interface of an XDP link: the descriptor's own text in /proc does.
        var l = JsonDocument.Parse(answer.Output).RootElement;
        return (new(l.GetProperty("prog_id").GetUInt32()), LinkIfIndex.Of(id));
    }

    public override bool PinExists(PinPath path) => File.Exists(path.Value);

    public override void ForeignPin(KernelProgramId id, PinPath path) => Shell.Run("bpftool", "prog", "pin", "id", id.ToString(), path.Value);

    public override void ForeignUnpin(PinPath path) => File.Delete(path.Value);

    public override void ForeignNetlink(KernelProgramId id, PinPath pinOfIt, InterfaceRef at, XdpMode mode) =>
        Lab.In(Netns(at), "ip", "-force", "link", "set", "dev", at.Name, Word(mode), "pinned", pinOfIt.Value);

    public override void ForeignNetlinkOff(InterfaceRef at, XdpMode mode) => Lab.In(Netns(at), "ip", "link", "set", "dev", at.Name, Word(mode), "off");

    public override void ForeignProgramArray(PinPath path, KernelProgramId program)
    {
        Shell.Run("bpftool", "map", "create", path.Value, "type", "prog_array", "key", "4", "value", "4", "entries", "1", "name", "slots");
        Shell.Run("bpftool", "map", "update", "pinned", path.Value, "key", "0", "0", "0", "0", "value", "id", program.ToString());
    }

    protected override IExecutor StartExecutor() => _start();

    protected override IExecutor StartOtherExecutor() => new LibbpfExecutor("libbpf", TimeProvider.System, LibbpfExecutor.DefaultUnloadWait);

    protected override void End()
    {
        _namespaces.ForEach(n => Shell.Try("ip", "netns", "del", n));
        Directory.Delete(_pins, recursive: true);
        Directory.Delete(Folder, recursive: true);
    }

    private static string Netns(InterfaceRef at) => at.NetnsPath!.Split('/')[^1];

    private static string Word(XdpMode mode) => mode switch { XdpMode.Native => "xdpdrv", XdpMode.Generic => "xdpgeneric", _ => "xdp" };

    private static InterfaceRef Ref(string netns, string name)
    {
        var path = "/run/netns/" + netns;
        var link = JsonDocument.Parse(Shell.Run("ip", "-n", netns, "-j", "link", "show", "dev", name)).RootElement[0];
        return new() { Netns = new(NetnsCookieOf(path)), NetnsPath = path, IfIndex = new(link.GetProperty("ifindex").GetUInt32()), Name = name };
    }

    private byte[] Compile(string name, string source) => File.ReadAllBytes(_lab.CompileBpf(
        name,
        source
            .Replace("sample_pass", "pass_" + Unmarked, StringComparison.Ordinal)
            .Replace("sample_other", "othr_" + Unmarked, StringComparison.Ordinal)
            .Replace("sample_refused", "refd_" + Unmarked, StringComparison.Ordinal)));

    private SampleObject Write(string name, byte[] bytes)
    {
        var path = $"{Folder}/{name}.bpf.o";
        var marked = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace(Unmarked, _mark, StringComparison.Ordinal));
        File.WriteAllBytes(path, marked);
        return new(path, Convert.ToHexStringLower(SHA256.HashData(marked)), "pass_" + _mark, "othr_" + _mark);
    }

    private static unsafe ulong NetnsCookieOf(string path)
    {
        ulong cookie = 0;
        var thread = new Thread(() =>
        {
            using var netns = File.OpenHandle(path);
            Assert.Equal(0, setns((int)netns.DangerousGetHandle(), 0x40000000));
            var socket = Native.socket(2, 2 | 0x80000, 0);
            ulong read;
            uint length = 8;
            Assert.Equal(0, getsockopt(socket, 1, 71, &read, &length));
            Assert.Equal(0, Native.close(socket));
            cookie = read;
        });
        thread.Start();
        thread.Join();
        return cookie;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int fd, int type);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int getsockopt(int fd, int level, int option, void* value, uint* length);
}

internal static partial class Native
{
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint syscall(nint number, nint command, void* attributes, nuint size);
}

/// <summary>The interface number of a link, as fdinfo tells it.</summary>
internal static unsafe class LinkIfIndex
{
    internal static uint Of(KernelLinkId id)
    {
        var attributes = stackalloc uint[3] { id.Value, 0, 0 };
        var fd = (int)Native.syscall(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280, 30, attributes, 12);
        Assert.True(fd >= 0);
        try
        {
            var line = File.ReadLines($"/proc/self/fdinfo/{fd}").Single(l => l.StartsWith("ifindex:", StringComparison.Ordinal));
            return uint.Parse(line["ifindex:".Length..].Trim(), CultureInfo.InvariantCulture);
        }
        finally
        {
            Assert.Equal(0, Native.close(fd));
        }
    }
}
