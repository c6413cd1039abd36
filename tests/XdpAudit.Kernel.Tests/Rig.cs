using System.Globalization;
using System.Text.Json;
using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

/// <summary>The lab with the sample programs loaded by bpftool: pinned programs, attachments through ip, and C programs that hold things.</summary>
internal sealed class Rig : IDisposable
{
    internal Lab Lab { get; } = new();

    /// <summary>The sample object, compiled.</summary>
    internal string Object => field ??= Lab.CompileBpf("sample", Samples.Pass);

    /// <summary>Loads the sample programs and pins them in a directory of the lab's bpffs: sample_pass and sample_other.</summary>
    internal string Load(string directory = "p")
    {
        var path = $"{Lab.Bpffs}/{directory}";
        Shell.Run("bpftool", "prog", "loadall", Object, path);
        return path;
    }

    internal static uint ProgramId(string pin) => Id("prog", pin);

    internal static uint MapId(string pin) => Id("map", pin);

    internal static uint LinkId(string pin) => Id("link", pin);

    private static uint Id(string kind, string pin) =>
        JsonDocument.Parse(Shell.Run("bpftool", "-j", kind, "show", "pinned", pin)).RootElement.GetProperty("id").GetUInt32();

    internal static string Text(uint id) => id.ToString(CultureInfo.InvariantCulture);

    internal static ObservedProgram Program(Observation look, uint id) => Assert.Single(look.Programs, p => p.Id.Value == id);

    public void Dispose() => Lab.Dispose();
}
