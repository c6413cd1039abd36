namespace XdpAudit.Testing;

/// <summary>What a test needs of its machine. Without it the test is skipped with the reason; where the machine has it, ./test counts a skip as a failure.</summary>
internal static class Requires
{
    internal static void RootAndBpf()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: it loads programs and makes network namespaces");
        Assert.SkipUnless(File.Exists("/sys/kernel/btf/vmlinux"), "needs a kernel with BTF (/sys/kernel/btf/vmlinux)");
        Tool("ip");
        Tool("bpftool");
    }

    /// <summary>A kernel from this release on, where what it does is another thing before.</summary>
    internal static bool IsLinux(int major, int minor) => Environment.OSVersion.Version >= new Version(major, minor);

    internal static void Tool(string name) =>
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin").Split(':').Any(d => File.Exists(Path.Combine(d, name))),
            $"needs {name} on PATH");
}
