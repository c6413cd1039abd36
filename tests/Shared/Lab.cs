using System.Diagnostics;
using System.Globalization;

namespace XdpAudit.Testing;

/// <summary>
/// A corner of the real kernel that belongs to one test: network namespaces with veth pairs, a bpffs of its own, a directory.
/// A keeper process takes it all away when the lab is disposed, and also when the test is killed: it waits for the end of its input.
/// Whoever works in the lab's directory and needs time to end holds a lock on a file <c>*.lock</c> there; the keeper waits for it.
/// </summary>
internal sealed class Lab : IDisposable
{
    private static int _count;
    private readonly Process _keeper;
    private int _namespaces;

    internal Lab()
    {
        Name = $"xat{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}";
        Folder = $"/tmp/{Name}";
        Directory.CreateDirectory(Folder);
        Bpffs = $"{Folder}/bpf";
        Directory.CreateDirectory(Bpffs);
        _keeper = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Keeper(Name, Folder)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _ = _keeper.StandardOutput.ReadToEndAsync();
        _ = _keeper.StandardError.ReadToEndAsync();
        Shell.Run("mount", "-t", "bpf", "bpf", Bpffs);
    }

    internal string Name { get; }

    /// <summary>A directory of the lab's own.</summary>
    internal string Folder { get; }

    /// <summary>A bpffs of the lab's own.</summary>
    internal string Bpffs { get; }

    /// <summary>Makes a network namespace with a veth pair of the given names inside it, both up; returns its name.</summary>
    internal string Netns(string left = "va", string right = "vb")
    {
        var name = $"{Name}-{(++_namespaces).ToString(CultureInfo.InvariantCulture)}";
        Shell.Run("ip", "netns", "add", name);
        Shell.Run("ip", "-n", name, "link", "add", left, "type", "veth", "peer", "name", right);
        Shell.Run("ip", "-n", name, "link", "set", left, "up");
        Shell.Run("ip", "-n", name, "link", "set", right, "up");
        return name;
    }

    /// <summary>Runs a program inside a namespace of the lab, in the mount namespace of the test, so that bpffs paths mean the same.</summary>
    internal static string In(string netns, string file, params string[] arguments) =>
        Shell.Run("nsenter", [$"--net=/run/netns/{netns}", file, .. arguments]);

    /// <summary>As <see cref="In"/>, where failure is part of the test.</summary>
    internal static Shell.Answer TryIn(string netns, string file, params string[] arguments) =>
        Shell.Try("nsenter", [$"--net=/run/netns/{netns}", file, .. arguments]);

    /// <summary>Compiles BPF C to an object in the lab's directory and returns its path.</summary>
    internal string CompileBpf(string name, string source)
    {
        var c = Path.Combine(Folder, name + ".bpf.c");
        var o = Path.Combine(Folder, name + ".bpf.o");
        File.WriteAllText(c, source);
        Shell.Run("clang", "-O2", "-g", "-target", "bpf", "-I/usr/include/x86_64-linux-gnu", "-I/usr/include/aarch64-linux-gnu", "-c", c, "-o", o);
        return o;
    }

    /// <summary>Compiles a C program of the test's own and returns its path.</summary>
    internal string CompileC(string name, string source)
    {
        var c = Path.Combine(Folder, name + ".c");
        var exe = Path.Combine(Folder, name);
        File.WriteAllText(c, source);
        Shell.Run("gcc", "-O1", "-Wall", "-o", exe, c);
        return exe;
    }

    public void Dispose()
    {
        _keeper.StandardInput.Close();
        _keeper.WaitForExit();
        _keeper.Dispose();
    }

    private static string Keeper(string name, string folder) =>
        $"""
        trap '' INT TERM HUP
        cat >/dev/null
        for l in '{folder}'/*.lock; do test -e "$l" && flock -w 60 "$l" true; done
        for n in $(ip netns list | cut -d' ' -f1 | grep '^{name}-'); do ip netns del "$n"; done
        awk '$2 ~ "^{folder}/" {"{"}print $2{"}"}' /proc/mounts | sort -r | while read -r m; do umount "$m" || umount -l "$m"; done
        rm -rf '{folder}'
        """;
}
