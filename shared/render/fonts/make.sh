#!/bin/sh
# Makes the font files of this folder from those that Debian 12 ships and from Noto Emoji as published on npm.
# Wants fonttools 4.68 with brotli; SOURCES is a folder with fonts-inter-variable, fonts-noto-core, fonts-noto-extra and
# fonts-noto-cjk unpacked (dpkg-deb -x), and package/ of @fontsource/noto-emoji 5.3.2.
set -eu
SOURCES=$1
OUT=$(cd "$(dirname "$0")" && pwd)
NOTO=$SOURCES/usr/share/fonts/truetype/noto
WORK=$(mktemp -d)
export SOURCE_DATE_EPOCH=0
subset() { # source, name, characters, further options
  source=$1 name=$2 characters=$3
  shift 3
  pyftsubset "$source" --unicodes="$characters" --no-hinting --notdef-outline --name-IDs='*' --drop-tables+=STAT "$@" \
    --output-file="$OUT/$name.ttf"
}

U="U+0020-024F,U+0250-036F,U+0370-03FF,U+0400-052F,U+1E00-1EFF,U+1F00-1FFF,U+2000-206F,U+2070-209F,U+20A0-20CF,U+2100-214F"
U="$U,U+2150-218F,U+2190-21FF,U+2200-22FF,U+2500-25FF,U+FB00-FB04,U+FFFD"
INTER=$(find "$SOURCES" -name Inter-roman.var.ttf)
for style in Regular:400 SemiBold:600; do
  fonttools varLib.instancer "$INTER" "wght=${style#*:}" --static --update-name-table -o "$WORK/inter.ttf"
  subset "$WORK/inter.ttf" "Inter-${style%:*}" "$U" --layout-features=kern,tnum,mark,mkmk,ccmp,locl
done
subset "$NOTO/NotoSans-Regular.ttf" NotoSans-Regular --layout-features=kern,mark,mkmk,ccmp,locl \
  "$U,U+1C80-1C8F,U+1D00-1DBF,U+2C60-2C7F,U+2DE0-2DFF,U+A640-A69F,U+A720-A7FF,U+AB30-AB6F"
subset "$NOTO/NotoSansSymbols2-Regular.ttf" NotoSansSymbols2-Regular --layout-features='' \
  "U+2190-21FF,U+2300-23FF,U+2460-24FF,U+2500-27BF,U+2900-297F,U+2B00-2BFF,U+1F300-1F64F,U+1F680-1F6FF"
subset "$NOTO/NotoSansMath-Regular.ttf" NotoSansMath-Regular \
  "U+1D400-1D7FF,U+2200-22FF,U+27C0-27EF,U+2980-2AFF" --layout-features='' --drop-tables+=MATH
for weight in Regular SemiBold; do
  subset "$NOTO/NotoSansArabic-$weight.ttf" "NotoSansArabic-$weight" --layout-features='*' \
    "U+0020,U+0600-06FF,U+0750-077F,U+08A0-08FF,U+FB50-FDFF,U+FE70-FEFC,U+200C-200F,U+25CC"
  subset "$NOTO/NotoSansHebrew-$weight.ttf" "NotoSansHebrew-$weight" --layout-features='*' \
    "U+0020,U+0590-05FF,U+FB1D-FB4F,U+200C-200F,U+20AA,U+25CC"
  subset "$NOTO/NotoSansDevanagari-$weight.ttf" "NotoSansDevanagari-$weight" --layout-features='*' \
    "U+0900-097F,U+A8E0-A8FF,U+1CD0-1CFF,U+200C-200D,U+25CC,U+20B9"
  subset "$NOTO/NotoSansThai-$weight.ttf" "NotoSansThai-$weight" "U+0E00-0E7F,U+25CC" --layout-features='*'
done
python3 "$OUT/make.py" plain "$SOURCES/package/files/noto-emoji-emoji-400-normal.woff2" "$WORK/emoji.ttf"
subset "$WORK/emoji.ttf" NotoEmoji-Regular '*' --layout-features='*' --drop-tables+=vhea,vmtx,gasp
python3 "$OUT/make.py" charset > "$WORK/cjk.txt"
pyftsubset "$SOURCES/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc" --font-number=2 --unicodes-file="$WORK/cjk.txt" \
  --layout-features=locl --layout-scripts=hani.dflt,kana.dflt,hang.dflt,DFLT.dflt,hani.JAN,kana.JAN,hani.ZHT --no-hinting \
  --desubroutinize --drop-tables+=VORG,vhea,vmtx,BASE,GPOS --name-IDs='*' --output-file="$WORK/cjk.otf"
python3 "$OUT/make.py" outlines "$WORK/cjk.otf" "$OUT/NotoSansCJK-Regular.ttf"
python3 "$OUT/make.py" blank "$OUT"/NotoSansArabic-*.ttf "$OUT"/NotoSansHebrew-*.ttf "$OUT"/NotoSansDevanagari-*.ttf
python3 "$OUT/make.py" boxes "$OUT/Inter-SemiBold.ttf" "$OUT/SitrepBoxes-Regular.ttf"
