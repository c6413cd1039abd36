namespace XdpAudit.Agent;

/// <summary>Native code was allowed by name: libraries that are called, and native files in the folder. In the auditor's own process it needs a word more.</summary>
internal static class NativeCheck
{
    internal static IEnumerable<PluginRefusal> Run(Examined examined)
    {
        var native = Native(examined);
        foreach (var (path, library) in native.Where(n => !examined.AllowNative.Contains(n.Library)))
        {
            yield return PluginRefusals.Native(path, library, examined.Content.Path, native.Select(n => n.Library).Distinct());
        }

        if (native.Count > 0 && examined.Isolation == PluginIsolation.InProcess && examined.Entry?.NativeInProcess != true)
        {
            yield return PluginRefusals.NativeInProcess(native[0].Path, examined.Content.Path);
        }
    }

    /// <summary>What it uses of native code, and where.</summary>
    internal static IReadOnlyList<(string Path, string Library)> Native(Examined examined) =>
    [
        .. examined.Assemblies.SelectMany(a => a.Native.Select(n => (examined.Content.PathOf(a.File), n))),
        .. examined.Content.Files.Where(IsNative).Select(f => (examined.Content.PathOf(f), Path.GetFileName(f.Name))),
    ];

    // ELF that the dynamic loader takes: e_type 2 or 3, elf(5). A BPF object is of type 1.
    private static bool IsNative(FileContent file) => file.Bytes is [0x7f, (byte)'E', (byte)'L', (byte)'F', _, var order, ..] and { Length: > 18 } && (order == 2 ? file.Bytes[17] : file.Bytes[16]) is 2 or 3;
}
