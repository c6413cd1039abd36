using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace XdpAudit.Agent.Tests;

/// <summary>A plugin's folder that passes every check, in a directory of its own below /tmp, and the two lists of an auditor. A test spoils it.</summary>
internal sealed class ApprovedFolder : IDisposable
{
    internal const string Acme = "Acme.Rules.dll";

    internal ApprovedFolder()
    {
        Root = Directory.CreateTempSubdirectory("xat-trust-").FullName;
        Directory.CreateDirectory(Shipped);
        Directory.CreateDirectory(Folder);
        Write(Acme, Forged.Assembly("Acme.Rules"));
        Write("Acme.Rules.deps.json", """{"runtimeTarget":{"name":"net"},"targets":{"net":{"Acme.Rules/1.0.0":{"runtime":{"Acme.Rules.dll":{}}}}},"libraries":{"Acme.Rules/1.0.0":{"type":"project"}}}""");
        Write("Acme.Rules.runtimeconfig.json", """{"runtimeOptions":{"tfm":"net10.0","rollForward":"LatestMinor"}}""");
        Manifest();
        WriteList(ShippedList);
        Approve();
    }

    internal string Root { get; }

    internal string Above => Path.Combine(Root, "opt");

    internal string Folder => Path.Combine(Above, "acme");

    internal string Shipped => Path.Combine(Root, "plugins");

    internal string ShippedList => Path.Combine(Shipped, "plugins.allow.json");

    internal string OwnList => Path.Combine(Root, "plugins.allow.json");

    internal string Copies => Path.Combine(Root, "data", "plugins");

    internal string this[string name] => Path.Combine(Folder, name);

    internal void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    internal void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
    }

    /// <summary>Writes plugin.json with members of the test's own; null leaves one out.</summary>
    internal void Manifest(params (string Name, JsonNode? Value)[] members)
    {
        var manifest = new JsonObject
        {
            ["schema"] = 1, ["id"] = "acme-rules", ["version"] = "1.0.0", ["kind"] = "detector", ["entry"] = Acme, ["contract"] = Forged.Contract.Version.ToString(2), ["isolation"] = "in-process",
            ["description"] = "rules of acme", ["owner"] = "team@acme",
        };
        Set(manifest, members);
        Write("plugin.json", manifest.ToJsonString());
    }

    /// <summary>The entry that approves what is in the folder now, with members of the test's own.</summary>
    internal JsonObject Entry(params (string Name, JsonNode? Value)[] members)
    {
        var files = new JsonObject();
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            files[Path.GetRelativePath(Folder, file)] = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        }

        var entry = new JsonObject
        {
            ["id"] = "acme-rules", ["version"] = "1.0.0", ["kind"] = "detector", ["enabled"] = true, ["path"] = Folder, ["entry"] = Acme, ["isolation"] = "in-process",
            ["allow_native"] = new JsonArray(), ["files"] = files, ["approved_by"] = "alice", ["approved_at"] = "2026-11-20T10:00:00Z", ["reason"] = "CHG-1234",
        };
        Set(entry, members);
        return entry;
    }

    /// <summary>Approves what is in the folder now.</summary>
    internal void Approve(params (string Name, JsonNode? Value)[] members) => WriteList(OwnList, Entry(members));

    internal static void WriteList(string path, params JsonObject[] entries) =>
        File.WriteAllText(path, new JsonObject { ["schema"] = 1, ["plugins"] = new JsonArray([.. entries]) }.ToJsonString());

    /// <summary>What the auditor makes of it.</summary>
    internal IReadOnlyList<PluginVerdict> Examine(params string[] only) =>
        new PluginTrust(new() { Plugins = Shipped, Operator = OwnList }, TrustedOwners.OfThisProgram()).Examine(only, Copies);

    // Not all that a test leaves there has a name that .NET can say.
    public void Dispose() => Shell.Run("rm", "-rf", Root);

    private static void Set(JsonObject json, (string Name, JsonNode? Value)[] members)
    {
        foreach (var (name, value) in members)
        {
            json.Remove(name);
            if (value is not null)
            {
                json[name] = value;
            }
        }
    }
}
