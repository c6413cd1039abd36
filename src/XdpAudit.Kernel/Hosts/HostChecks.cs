using System.Globalization;
using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>What <c>doctor</c> asks of a host. Changes nothing on it; the iterators are loaded and unloaded again.</summary>
public static class HostChecks
{
    /// <summary>The check of what this process may do.</summary>
    public const string RightsCheck = "capabilities";

    /// <summary>The check of the host's place to pin.</summary>
    public const string BpffsCheck = "bpffs";

    private const string Btf = "/sys/kernel/btf/vmlinux";
    private const string Bpffs = OwnBpffs.HostMount;

    private static readonly string[] KernelIterators = ["bpf_prog", "bpf_link", "bpf_map", "task", "task_file"];

    /// <summary>Runs all checks, some 200 milliseconds. Never throws: what cannot be found out is a check that fails.</summary>
    public static IReadOnlyList<HostCheck> Run() =>
    [
        Rights(),
        TypeInformation(),
        Enumeration(),
        Library(),
        .. Iterators(),
        Filesystem(),
        Processes(),
        Unprivileged(),
        Tool("bpftool", "for the remedies we print"),
        Tool("ip", "for the remedies we print"),
    ];

    private static HostCheck Rights()
    {
        var known = ProcFiles.TryReadText("/proc/self/status", out var status, out var errno) && Capabilities.TryParse(status, out _);
        if (!known)
        {
            return Bad(RightsCheck, $"/proc/self/status cannot be read: {Errno.Name(errno)}", Words.NoProc);
        }

        _ = Capabilities.TryParse(status, out var effective);
        var missing = Capabilities.Needed.Where(c => (effective >> c.Bit & 1) == 0).ToList();
        return missing.Count == 0
            ? Good(RightsCheck, "all that are needed: " + string.Join(", ", Capabilities.Needed.Select(c => c.Name)))
            : Bad(
                RightsCheck,
                "missing: " + string.Join("; ", missing.Select(c => $"{c.Name} ({c.For})")),
                "run the auditor as root, or grant them (AmbientCapabilities= in its unit)");
    }

    private static HostCheck TypeInformation()
    {
        if (!ProcFiles.TryRead(Btf, out var data, out var errno))
        {
            return Bad(
                "kernel BTF",
                $"{Btf} cannot be read: {Errno.Name(errno)}",
                "use a kernel with CONFIG_DEBUG_INFO_BTF=y; without it the slower id walk is used");
        }

        if (!BtfFile.TryParse(data, out var file, out var why))
        {
            return Bad("kernel BTF", $"{Btf}: {why}", "use a kernel whose BTF is whole");
        }

        var iterators = KernelIterators.Where(i => file.HasStructure("bpf_iter__" + i));
        return Good("kernel BTF", string.Create(CultureInfo.InvariantCulture, $"{Btf}, {file.Count} types; iterators: {string.Join(", ", iterators)}"));
    }

    private static HostCheck Enumeration()
    {
        uint id = 0;
        var listed = BpfObjects.TryNextId(BpfCalls.BPF_PROG_GET_NEXT_ID, ref id, out var errno) || errno == Errno.ENOENT;
        return listed
            ? Good("bpf(2) enumeration", "allowed")
            : Bad(
                "bpf(2) enumeration",
                $"BPF_PROG_GET_NEXT_ID: {Errno.Name(errno)}",
                errno == Errno.ENOSYS ? "use a kernel with CONFIG_BPF_SYSCALL=y" : Words.NeedsSysAdmin);
    }

    private static HostCheck Library()
    {
        try
        {
            return Good("libbpf", $"libbpf.so.1, {Marshal.PtrToStringUTF8(Libbpf.VersionString())}");
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return Bad("libbpf", "libbpf.so.1 cannot be loaded", Words.NoLibbpf);
        }
    }

    private static IEnumerable<HostCheck> Iterators()
    {
        using var iterators = BpfIterators.Load();
        foreach (var name in BpfIterators.Names)
        {
            yield return iterators.FailureOf(name) is { } failure
                ? Bad("iterator " + name, failure.Errno is { } errno ? $"does not load: {Errno.Name(errno)}" : "does not load", failure.Why)
                : Good("iterator " + name, "loads");
        }
    }

    private static HostCheck Filesystem() => OwnBpffs.IsMountedAt(Bpffs)
        ? Good(BpffsCheck, $"mounted at {Bpffs}")
        : Bad(BpffsCheck, $"not mounted at {Bpffs}", $"mount -t bpf bpf {Bpffs}; needed for pinning, not for looking");

    private static HostCheck Processes() => PidNamespace.IsInitial("/proc")
        ? Good("pid namespace", "the host's")
        : Bad("pid namespace", "one of its own", Words.NotInitialPidNamespace);

    /// <summary>kernel.unprivileged_bpf_disabled: 0 lets every user load programs, 1 and 2 do not.</summary>
    private static HostCheck Unprivileged()
    {
        const string path = "/proc/sys/kernel/unprivileged_bpf_disabled";
        if (!ProcFiles.TryReadText(path, out var text, out var errno))
        {
            return Good("unprivileged bpf", $"{path}: {Errno.Name(errno)}");
        }

        return text.Trim() == "0"
            ? Bad("unprivileged bpf", "every user may load programs", "sysctl kernel.unprivileged_bpf_disabled=2")
            : Good("unprivileged bpf", "off");
    }

    /// <summary>For information: nothing here calls them.</summary>
    private static HostCheck Tool(string name, string use)
    {
        var directories = ((Environment.GetEnvironmentVariable("PATH") ?? "") + ":/usr/sbin:/sbin").Split(':');
        var path = directories.Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
        return new() { Name = name, Ok = true, Found = path ?? "not installed", Remedy = path is null ? $"install it {use}" : null };
    }

    private static HostCheck Good(string name, string found) => new() { Name = name, Ok = true, Found = found };

    private static HostCheck Bad(string name, string found, string remedy) => new() { Name = name, Ok = false, Found = found, Remedy = remedy };
}
