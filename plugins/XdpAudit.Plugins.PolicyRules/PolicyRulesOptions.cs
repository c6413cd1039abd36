using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace XdpAudit.Plugins.PolicyRules;

/// <summary>Gets the policy from the plugin's settings: written there, or in the file named there. It is read once, at the start.</summary>
internal static class PolicyRulesOptions
{
    private const string FileSetting = "policy_file";
    private const string PolicySetting = "policy";
    private const long MostBytes = 1 << 20;

    /// <exception cref="PolicyException">There is no policy, there are two, or it cannot be read or understood.</exception>
    internal static Policy From(IConfiguration settings)
    {
        var inline = settings.GetSection(PolicySetting);
        var there = inline.Value is not null || inline.GetChildren().Any();
        var unknown = settings.GetChildren().Select(child => child.Key).Where(key => key is not (FileSetting or PolicySetting)).ToList();
        return (settings[FileSetting], there, unknown) switch
        {
            (_, _, [var key, ..]) => throw Settings($"there is a setting {Words.Quoted(key)}, and this plugin has {FileSetting} and {PolicySetting}", "take it out or mend its name"),
            ({ } file, false, _) => OfFile(file),
            (null, true, _) => PolicyReader.Read(PolicyItems.OfSettings(inline), $"the setting '{PolicySetting}'"),
            ({ }, true, _) => throw Settings($"there are both {FileSetting} and {PolicySetting}", "take one of them out"),
            _ => throw Settings("there is none", $"name a file in {FileSetting}, or write the policy under {PolicySetting}; a policy with an empty list of rules allows nothing"),
        };
    }

    private static Policy OfFile(string path)
    {
        var source = $"the file {Words.Quoted(path)}";
        if (!Path.IsPathFullyQualified(path))
        {
            throw new PolicyException(source, ["it is no path from the root"], $"write the whole path into the setting {FileSetting}");
        }

        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > MostBytes)
            {
                throw new PolicyException(source, ["it is larger than 1 MiB"], $"name a policy in the setting {FileSetting}");
            }

            // Who can write the policy decides what is allowed.
            if (file.Exists && (file.UnixFileMode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            {
                throw new PolicyException(source, ["others than its owner can write it"], $"chmod go-w {Sh.Literal(path)}");
            }

            return PolicyReader.Read(PolicyItems.OfJson(File.ReadAllBytes(path)), source);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new PolicyException(source, [$"it cannot be read: {cause.Message.TrimEnd('.')}"], $"write it there, or name another in the setting {FileSetting}", cause);
        }
        catch (JsonException cause)
        {
            throw new PolicyException(source, [$"it is not JSON as it must be: {cause.Message.TrimEnd('.')}"], "mend it and start the auditor again", cause);
        }
    }

    private static PolicyException Settings(string wrong, string next) => new("the settings", [wrong], next);
}
